/// What a page shows. All of it is text: it is escaped when it is rendered.
struct Page {
    enum Tone: String { case good, bad, wait }

    var title: String
    var lead: String
    var badge: (text: String, tone: Tone)?
    /// An amount, set large.
    var figure: String?
    var facts: [(name: String, value: String)] = []
    var items: [String] = []
    /// Posts `token` to `action`.
    var form: (action: String, token: String, label: String)?
    /// What is typed into the form.
    var field: (name: String, label: String, value: String)?
    /// Where the way goes on, set like a button.
    var step: (href: String, text: String)?
    var links: [(href: String, text: String)] = []
    var note: String?

    init(_ title: String, _ lead: String) {
        self.title = title
        self.lead = lead
    }
}
