import Billing

/// Which models were allowed so far in one piece of work: a request of a thousand events asks of each model once.
final class ModelDecisions {
    private struct Question: Hashable {
        /// Whose list: a key's or a plan's id.
        let owner: String
        let provider: String?
        let model: String?
    }

    private var answers: [Question: Bool] = [:]

    func allows(
        model: String?, provider: String?, of owner: String, by list: () -> AllowedModels?
    ) -> Bool {
        let question = Question(owner: owner, provider: provider, model: model)
        if let known = answers[question] { return known }
        let answer = list()?.allows(model: model, provider: provider) ?? true
        answers[question] = answer
        return answer
    }
}
