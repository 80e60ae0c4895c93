import HTTPTypes
import Mustache
import NIOCore

/// Renders pages. Nothing in them is loaded from elsewhere and nothing runs.
struct Pages: Sendable {
    private let template: MustacheTemplate
    private let headers: HTTPFields

    /// - Parameter isSecure: whether Bursar is reached by https. Where it is not, as in a trial, a form may also lead
    ///   on to a page by http.
    init(isSecure: Bool) throws {
        template = try MustacheTemplate(string: PageTemplates.page)
        // The redirect that answers a form leads to Stripe, or to the customer's bank, so `form-action` names no host.
        let formAction = isSecure ? "'self' https:" : "'self' https: http:"
        headers = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
            .contentSecurityPolicy: "default-src 'none'; style-src 'self'; form-action \(formAction); base-uri 'none'; "
                + "frame-ancestors 'none'",
            .xContentTypeOptions: "nosniff", .referrerPolicy: "no-referrer", .xFrameOptions: "DENY",
        ]
    }

    func answer(_ page: Page, status: Int = 200) -> Answer {
        Answer(status: status, headers: headers, body: ByteBuffer(string: template.render(Self.fields(page))))
    }

    /// A problem as a person reads it.
    func problem(_ problem: Problem, requestID: String) -> Answer {
        let lead =
            problem.status == 404
            ? "It may be cut short, or no longer valid. Ask whoever sent it for a new one."
            : Self.sentence(problem.detail)
        var page = Page(Self.title(of: problem), lead)
        page.badge = (problem.status >= 500 ? "Not now" : "Not possible", .bad)
        page.note = "If you ask for help, quote \(requestID) (\(problem.code))."
        var answer = answer(page, status: problem.status)
        for (name, value) in problem.headers { answer.headers[name] = value }
        return answer
    }

    /// `title` is for who programs against Bursar; who reads a page has followed a link.
    private static func title(of problem: Problem) -> String {
        switch problem.status {
        case 400, 404: "This link does not work"
        case 403: "This was not allowed"
        case 409: "This cannot be done now"
        case 429: "That was tried too often"
        case 503: "Please try again in a moment"
        default: problem.title
        }
    }

    /// A version that is asked for by its name never changes, so it may be kept for good.
    static func style(version: String?) -> Answer {
        let keeping = version == styleVersion ? "public, max-age=31536000, immutable" : "no-cache"
        return Answer(
            status: 200, headers: [.contentType: "text/css; charset=utf-8", .cacheControl: keeping],
            body: ByteBuffer(string: PageTemplates.style))
    }

    /// Named after what it holds (FNV-1a), so that pages of a newer Bursar never wear an older style.
    static let styleVersion: String = {
        let hash = PageTemplates.style.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return String(hash, radix: 36)
    }()

    private static func fields(_ page: Page) -> [String: Any] {
        var fields: [String: Any] = [
            "style": styleVersion, "title": page.title, "lead": page.lead, "hasFacts": !page.facts.isEmpty,
            "facts": page.facts.map { ["name": $0.name, "value": $0.value] },
            "hasItems": !page.items.isEmpty, "items": page.items,
            "links": page.links.map { ["href": $0.href, "text": $0.text] },
        ]
        if let badge = page.badge {
            fields["badge"] = badge.text
            fields["tone"] = badge.tone.rawValue
        }
        fields["figure"] = page.figure
        fields["note"] = page.note
        if let step = page.step { fields["step"] = ["href": step.href, "text": step.text] }
        if let form = page.form {
            var parts: [String: Any] = ["action": form.action, "token": form.token, "label": form.label]
            if let field = page.field {
                parts["field"] = ["name": field.name, "caption": field.label, "value": field.value]
            }
            fields["form"] = parts
        }
        return fields
    }

    /// With a capital, and a full stop.
    static func sentence(_ text: String) -> String {
        let capital = text.prefix(1).uppercased() + text.dropFirst()
        return capital.hasSuffix(".") ? capital : capital + "."
    }
}
