import Testing

@testable import Stripe

@Suite struct EventTests {
    private static func event(id: String = "evt_1", object: String = #"{"id":"pi_1","object":"payment_intent"}"#)
        -> String
    {
        #"{"id":"\#(id)","type":"payment_intent.succeeded","account":"acct_1","livemode":true,"created":7,"#
            + #""api_version":"2026-10-28.endive","data":{"object":\#(object)}}"#
    }

    private static func failure(_ json: String) -> EventError? {
        do throws(EventError) {
            _ = try EventEnvelope(json: Array(json.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func `the envelope says what and about whom`() throws {
        let envelope = try EventEnvelope(json: Array(Self.event().utf8))
        #expect(envelope.id == "evt_1")
        #expect(envelope.type == "payment_intent.succeeded")
        #expect(envelope.account == "acct_1")
        #expect(envelope.livemode)
        #expect(envelope.created == 7)
        #expect(envelope.apiVersion == "2026-10-28.endive")
        #expect(envelope.objectID == "pi_1")
        #expect(envelope.objectType == "payment_intent")
    }

    @Test func `an event whose object cannot be read still has an envelope`() throws {
        let event = try Event(json: Array(Self.event(object: #"{"id":5}"#).utf8))
        #expect(event.envelope.objectID == nil)
        #expect(throws: EventError.objectUndecodable) { try event.object(as: PaymentIntent.self) }
    }

    @Test(arguments: [
        "", "null", "[]", "{", "<html>", #"{"id":"evt_1"}"#, #"{"id":1,"type":"a","livemode":true,"created":1}"#,
        #"{"id":"e","type":"a","livemode":"true","created":1}"#,
        #"{"id":"e","type":"a","livemode":true,"created":1.5}"#,
    ])
    func `what is no event is refused`(json: String) {
        #expect(Self.failure(json) == .undecodable)
    }

    @Test func `nesting is bounded before anything reads it`() {
        func nested(_ levels: Int, _ open: String, _ close: String) -> String {
            // The event's own braces are three levels.
            Self.event(
                object: #"{"x":"# + String(repeating: open, count: levels - 3) + "1"
                    + String(repeating: close, count: levels - 3) + "}")
        }
        #expect(Self.failure(nested(64, "[", "]")) == nil)
        #expect(Self.failure(nested(65, "[", "]")) == .tooDeep)
        #expect(Self.failure(nested(64, #"{"a":"#, "}")) == nil)
        #expect(Self.failure(nested(65, #"{"a":"#, "}")) == .tooDeep)
        #expect(Self.failure(String(repeating: "[", count: 250_000)) == .tooDeep)
    }

    @Test func `brackets inside texts are not nesting`() {
        let brackets = String(repeating: #"[{\"\\"#, count: 100)
        #expect(Self.failure(Self.event(object: #"{"id":"\#(brackets)"}"#)) == nil)
    }

    @Test func `the object is read as what it is said to be`() throws {
        let event = try Event(
            json: Array(
                Self.event(object: #"{"id":"pi_1","amount":5,"currency":"usd","status":"succeeded"}"#).utf8))
        #expect(try event.object(as: PaymentIntent.self).amount == 5)
    }

    @Test func `a page of events gives each event the bytes that Stripe wrote`() throws {
        let events = [
            Self.event(id: "evt_2", object: #"{ "id": "pi_1", "note": "]},{[ \" \\" , "list":[{"a":[1]}]}"#),
            Self.event(id: "evt_1"),
        ]
        let page =
            #"{"object":"list","url":"/v1/events","has_more":true,"data": [ \#(events.joined(separator: " , ")) ]}"#
        let list = try Event.list(in: .platform).answer(
            from: RawAnswer(status: 200, headers: [:], body: Array(page.utf8)))
        #expect(list.data.map { String(decoding: $0.json, as: UTF8.self) } == events)
        #expect(list.next == .after("evt_1"))
    }

    @Test func `an empty page is a page`() throws {
        let list = try Event.list(in: .platform).answer(
            from: RawAnswer(status: 200, headers: [:], body: Array(#"{"data":[],"has_more":false}"#.utf8)))
        #expect(list.data.isEmpty)
        #expect(list.next == nil)
    }

    @Test func `a page that is not as expected is indeterminate, never half a page`() {
        for page in [#"{"data":[{}],"has_more":false}"#, #"{"has_more":false}"#, "<html>"] {
            let error = #expect(throws: StripeError.self) {
                try Event.list(in: .platform).answer(
                    from: RawAnswer(status: 200, headers: [:], body: Array(page.utf8)))
            }
            #expect(error?.kind == .indeterminate)
        }
    }
}
