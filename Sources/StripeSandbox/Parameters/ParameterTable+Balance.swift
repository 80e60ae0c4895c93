// Written by write-tables.py from Stripe's own parameter lists; not edited by hand.

extension ParameterTable {
    /// What may be sent to the operations on balance, and the types that they share.
    static let balance = """
        GET /v1/balance
          expand:[]
        GET /v1/balance_transactions
          created:@created|int currency ending_before expand:[] limit:int payout source starting_after type
        GET /v1/balance_transactions/{id}
          expand:[]
        GET /v1/application_fees
          charge created:@created|int ending_before expand:[] limit:int starting_after
        GET /v1/application_fees/{id}
          expand:[]
        GET /v1/payouts
          arrival_date:@created|int created:@created|int destination ending_before expand:[] limit:int starting_after
          status
        GET /v1/payouts/{payout}
          expand:[]
        """
}
