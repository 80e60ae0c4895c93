internal import CCurl

/// One request on its way through libcurl. Made by the caller, handed over to the loop's thread, and touched by no
/// other thread from then on.
final class CurlExchange: @unchecked Sendable {
    typealias Outcome = Result<HTTPResponse, TransportError>

    /// Set before the exchange is handed over; called once, with its end.
    var completion: (@Sendable (Outcome) -> Void)?
    /// The loop's: the caller has gone before the request was started.
    var isCancelled = false

    private let request: HTTPRequest
    private let settings: CurlTransport.Settings
    private var easy: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var headers = HTTPHeaders()
    private var headerBytes = 0
    private var body: [UInt8] = []

    init(_ request: HTTPRequest, settings: CurlTransport.Settings) {
        self.request = request
        self.settings = settings
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
    }

    /// Makes the handle that the loop is to run. Nothing is sent yet.
    func start() throws(TransportError) -> UnsafeMutableRawPointer {
        guard request.isWellFormed else { throw TransportError(.unavailable, .requestMalformed) }
        guard let easy = curl_easy_init() else { throw TransportError(.unavailable, .other) }
        self.easy = easy
        setRequest(easy)
        setLimits(easy)
        setSinks(easy)
        return easy
    }

    /// The end of a transfer that libcurl has finished.
    func finish(_ code: CURLcode) {
        guard code == CURLE_OK, let easy else { return fail(code) }
        let status = Int(ccurl_easy_get_long(easy, CURLINFO_RESPONSE_CODE))
        complete(.success(HTTPResponse(status: status, headers: headers, body: body)))
    }

    /// The end of a transfer that the loop has taken away from libcurl.
    func abort(_ reason: TransportError.Reason) {
        complete(.failure(TransportError(requestBytesSent == 0 ? .unavailable : .indeterminate, reason)))
    }

    func complete(_ outcome: Outcome) {
        completion?(outcome)
        completion = nil
    }

    private func fail(_ code: CURLcode) {
        complete(.failure(TransportError(curlCode: code, requestBytesSent: requestBytesSent)))
    }

    private var requestBytesSent: Int {
        easy.map { Int(ccurl_easy_get_long($0, CURLINFO_REQUEST_SIZE)) } ?? 0
    }
}

extension CurlExchange {
    private func setRequest(_ easy: UnsafeMutableRawPointer) {
        ccurl_easy_set_string(easy, CURLOPT_URL, request.url)
        ccurl_easy_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        switch request.method {
        case .get: ccurl_easy_set_long(easy, CURLOPT_HTTPGET, 1)
        case .post: ccurl_easy_set_long(easy, CURLOPT_POST, 1)
        case .delete: ccurl_easy_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        if request.method == .post || request.body != nil {
            setBody(easy, request.body ?? [])
        }
        // Without this libcurl holds a large body back until the server has said 100 Continue.
        append(header: "Expect:")
        append(header: "User-Agent: \(settings.userAgent)")
        for field in request.headers.fields { append(header: "\(field.name): \(field.value)") }
        ccurl_easy_set_list(easy, CURLOPT_HTTPHEADER, headerList)
    }

    private func setBody(_ easy: UnsafeMutableRawPointer, _ bytes: [UInt8]) {
        ccurl_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
        // Bytes at no address would make libcurl read the body from standard input.
        guard !bytes.isEmpty else {
            ccurl_easy_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
            return
        }
        bytes.withUnsafeBytes { buffer in
            _ = ccurl_easy_set_bytes(easy, CURLOPT_COPYPOSTFIELDS, buffer.baseAddress)
        }
    }

    private func append(header: String) {
        headerList = curl_slist_append(headerList, header) ?? headerList
    }

    private func setLimits(_ easy: UnsafeMutableRawPointer) {
        ccurl_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
        ccurl_easy_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_easy_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_easy_set_string(easy, CURLOPT_PROXY, settings.proxy ?? "")
        ccurl_easy_set_long(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        ccurl_easy_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_easy_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        // HTTP/2 would let libcurl repeat a request that the server turned away (GOAWAY) by its own judgement.
        ccurl_easy_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        ccurl_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeoutMilliseconds)
        ccurl_easy_set_long(easy, CURLOPT_TIMEOUT_MS, max(1, request.timeoutMilliseconds))
        if request.atMostOnce {
            ccurl_easy_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
            ccurl_easy_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        }
    }

    private func setSinks(_ easy: UnsafeMutableRawPointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_easy_set_pointer(easy, CURLOPT_PRIVATE, context)
        ccurl_easy_set_pointer(easy, CURLOPT_WRITEDATA, context)
        ccurl_easy_set_sink(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            CurlExchange.at(context)?.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        ccurl_easy_set_pointer(easy, CURLOPT_HEADERDATA, context)
        ccurl_easy_set_sink(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            CurlExchange.at(context)?.take(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> CurlExchange? {
        context.map { Unmanaged<CurlExchange>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The exchange that a handle belongs to.
    static func of(_ easy: UnsafeMutableRawPointer) -> CurlExchange? {
        at(ccurl_easy_get_pointer(easy, CURLINFO_PRIVATE))
    }

    private func take(body bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= settings.maximumBodyBytes else { return 0 }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func take(headerLine bytes: UnsafeRawBufferPointer) -> Int {
        headerBytes += bytes.count
        guard headerBytes <= settings.maximumHeaderBytes else { return 0 }
        if bytes.starts(with: "HTTP/".utf8) {
            // A status line: that of the answer, after those of any interim answers.
            headers = HTTPHeaders()
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: bytes[..<colon], as: UTF8.self)
            let value = bytes[(colon + 1)...].drop(while: Self.isBlank).reversed().drop(while: Self.isBlank).reversed()
            headers.append(name, String(decoding: value, as: UTF8.self))
        }
        return bytes.count
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }
}

extension HTTPRequest {
    /// A line break in a header would begin another one, and an empty value would make libcurl leave the header out.
    fileprivate var isWellFormed: Bool {
        !url.utf8.contains(where: Self.isControl)
            && headers.fields.allSatisfy { field in
                !field.name.isEmpty && !field.value.isEmpty && !field.name.utf8.contains(UInt8(ascii: ":"))
                    && !field.name.utf8.contains(where: Self.isControl)
                    && !field.value.utf8.contains(where: Self.isControl)
            }
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
}
