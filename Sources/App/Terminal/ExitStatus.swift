import ArgumentParser

/// What a command's exit status means. The numbers from 64 on are those of sysexits(3).
enum ExitStatus: Int32, CaseIterable, Sendable {
    case done = 0
    /// The command worked, and what it looked at is not as it should be.
    case finding = 1
    /// `reconcile` and `doctor`: it could not be checked.
    case unchecked = 2
    case usage = 64
    /// The request is wrong as it stands: unknown id, conflict, amount out of bounds.
    case rejected = 65
    /// Nothing happened; try again.
    case unavailable = 69
    case fault = 70
    /// It may have happened; the state is kept and will be cleared up.
    case indeterminate = 75
    case settings = 78

    var code: ExitCode { ExitCode(rawValue) }

    static let explanation = """
        EXIT STATUS
          0   done
          1   done, and something is not as it should be: a charge that is not paid,
              a finding of doctor, reconcile or ledger check, usage that is refused
          2   could not be checked (reconcile, doctor)
          64  the command line is wrong
          65  refused: unknown id, conflict, amount out of bounds
          69  unavailable: nothing happened, try again
          70  a fault of Bursar's own
          75  unknown whether it happened: Bursar asks Stripe and clears it up;
              nothing is done twice
          78  a setting is wrong
        """
}
