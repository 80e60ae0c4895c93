/// What a client may take of the server. Every limit is set here; none is left to a library's default.
public struct ServerLimits: Sendable {
    /// The body of an answer to a webhook or any other request whose route does not say otherwise.
    public var webhookBodyBytes = 256 * 1024
    /// The body of an API call: a thousand usage events fit.
    public var apiBodyBytes = 1024 * 1024
    /// The body of a form that a page posts.
    public var formBodyBytes = 16 * 1024
    /// How deep arrays and objects may be nested in a JSON body.
    public var jsonDepth = 16

    /// One header field: its name and value.
    public var headerFieldBytes = 8 * 1024
    /// All header fields together.
    public var headerBytes = 16 * 1024
    public var headerCount = 64

    /// From the first byte of a request to the end of its header.
    public var headSeconds: Int64 = 10
    /// From the first byte of a request to its last. A client that drips bytes does not extend it.
    public var requestSeconds: Int64 = 30
    /// From the last byte of a request to the first of its answer, and from each part of an answer to the next.
    public var answerSeconds: Int64 = 120
    /// From the last byte of a request to the last byte of an answer that is sent in parts.
    public var streamSeconds: Int64 = 6 * 3600
    /// How long a kept-alive connection may be silent between two requests.
    public var idleSeconds: Int64 = 75
    /// How long what a client still sends is thrown away after an answer that closes the connection,
    /// so that the client can read the answer.
    public var lingerSeconds: Int64 = 2
    /// How long a request that is still coming in has when the server is asked to stop.
    public var quiesceSeconds: Int64 = 3

    /// Connections open at once; more wait in the operating system's queue of `backlog`.
    public var connections = 4_096
    public var backlog = 1_024

    public init() {}
}
