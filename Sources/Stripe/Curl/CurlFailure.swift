internal import CCurl

extension TransportError {
    /// What a failed transfer means. libcurl's code says why; whether the server may have acted is decided by the one
    /// thing that proves that it cannot have: not a byte of the request has been sent.
    init(curlCode: CURLcode, requestBytesSent: Int) {
        let kind: Kind = requestBytesSent == 0 ? .unavailable : .indeterminate
        switch curlCode {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: self.init(kind, .requestMalformed)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self.init(kind, .nameNotResolved)
        case CURLE_COULDNT_CONNECT: self.init(kind, .connectionFailed)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM:
            self.init(kind, .tlsFailed)
        case CURLE_OPERATION_TIMEDOUT: self.init(kind, .timedOut)
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY:
            self.init(kind, .connectionCut)
        // Only our own sink refuses bytes, and only when there are too many.
        case CURLE_WRITE_ERROR: self.init(kind, .answerTooLarge)
        default: self.init(kind, .other)
        }
    }
}
