internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

extension WebError {
    /// What an error of the HTTP client, of NIO or of its TLS means here.
    init(of error: any Error, at place: String) {
        switch error {
        case let error as WebError: self = error
        case is CancellationError: self.init(.cancelled, at: place)
        case let error as HTTPClientError: self.init(Self.reason(error), at: place, detail: error.shortDescription)
        case let error as NIOConnectionError: self.init(of: error, at: place)
        case let error as IOError: self.init(Self.reason(error), at: place, detail: Self.text(error))
        case HTTPParserError.invalidEOFState: self.init(.brokenOff, at: place)
        case is HTTPParserError: self.init(.notHTTP, at: place)
        case is ChannelError: self.init(.brokenOff, at: place)
        case NIOSSLError.uncleanShutdown: self.init(.brokenOff, at: place)
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            self.init(.tls, at: place, detail: String(describing: error))
        default: self.init(.other, at: place, detail: String(describing: type(of: error)))
        }
    }

    /// Of several addresses of a host the first counts.
    private init(of error: NIOConnectionError, at place: String) {
        guard let first = error.connectionErrors.first else {
            self.init(.unresolved, at: place)
            return
        }
        self.init(of: first.error, at: place)
    }

    private static func reason(_ error: HTTPClientError) -> Reason {
        switch error {
        case .cancelled, .requestStreamCancelled: .cancelled
        case .connectTimeout, .tlsHandshakeTimeout, .deadlineExceeded, .readTimeout, .writeTimeout,
            .getConnectionFromPoolTimeout:
            .timedOut
        case .remoteConnectionClosed, .uncleanShutdown: .brokenOff
        case .invalidURL, .emptyHost, .emptyScheme: .invalidAddress
        default: .other
        }
    }

    private static func reason(_ error: IOError) -> Reason {
        switch error.errnoCode {
        case ECONNREFUSED: .refused
        case EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, EACCES, EPERM: .unreachable
        case ETIMEDOUT: .timedOut
        case ECONNRESET, EPIPE: .brokenOff
        default: .other
        }
    }

    private static func text(_ error: IOError) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(error.errnoCode, &buffer, buffer.count) == 0 else { return nil }
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
    }
}
