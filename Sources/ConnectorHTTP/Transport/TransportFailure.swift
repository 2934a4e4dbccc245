package import AccessModel
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why there is no answer.
package struct TransportFailure: Error, Sendable {
    /// When it failed.
    package enum Moment: Sendable {
        /// Before anything of the request was sent.
        case unsent
        /// After that, before the answer began.
        case unanswered
        /// In the middle of the answer.
        case underway
    }

    /// When it failed.
    package let moment: Moment
    /// What it amounts to.
    package let code: StatusCode
    /// What went wrong, for a person.
    package let text: String
    /// Whether trying again could help.
    package let isPassing: Bool

    private init(_ moment: Moment, _ code: StatusCode, _ text: String, isPassing: Bool) {
        self.moment = moment
        self.code = code
        self.text = text
        self.isPassing = isPassing
    }

    static func late(_ moment: Moment, _ text: String) -> TransportFailure {
        TransportFailure(moment, .deadlineExceeded, text, isPassing: false)
    }

    static func oversized(limit: Int) -> TransportFailure {
        TransportFailure(
            .underway, .resourceExhausted, "the answer is larger than the \(limit) bytes a program keeps in memory",
            isPassing: false)
    }

    /// What an error of the library amounts to; nil for one that is none of the transport.
    init?(_ error: any Error, hasBegun: Bool) {
        let moment = hasBegun ? Moment.underway : .unanswered
        switch error {
        case let failure as TransportFailure: self = failure
        case let error as NIOConnectionError: self = Self.unconnected(error)
        case let error as HTTPClientError: self = Self.failure(error, moment)
        case let error as IOError:
            let isUnsent = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
            self.init(
                isUnsent ? .unsent : moment, .unavailable, Self.text(errno: error.errnoCode), isPassing: true)
        case is HTTPParserError where (error as? HTTPParserError) == .invalidEOFState:
            self.init(moment, .unavailable, "the connection was lost in the middle of the answer", isPassing: true)
        case let error as HTTPParserError:
            self.init(moment, .internal, "the answer is no valid HTTP (\(error))", isPassing: false)
        case let error as ChannelError: self = Self.failure(error, moment)
        case let error as NIOSSLError: self = Self.secured(error, moment)
        case let error as NIOSSLExtraError:
            self.init(
                .unsent, .failedPrecondition, Self.distrust(OneLine.text("\(error)", limit: 200)), isPassing: false)
        case let error as BoringSSLError:
            self.init(moment, .failedPrecondition, Self.refused(OneLine.text("\(error)", limit: 300)), isPassing: false)
        case is CancellationError: return nil
        default:
            self.init(moment, .unavailable, OneLine.text("\(error)", limit: 200), isPassing: true)
        }
    }

    private static func unconnected(_ error: NIOConnectionError) -> TransportFailure {
        if let single = error.connectionErrors.first {
            let inner = TransportFailure(single.error, hasBegun: false)
            return TransportFailure(
                .unsent, inner?.code ?? .unavailable, inner?.text ?? "no connection",
                isPassing: true)
        }
        let lookups = [error.dnsAError, error.dnsAAAAError].compactMap { $0 as? SocketAddressError.UnknownHost }
        // The resolver is sure that there is no such name; anything else may be different in a moment.
        let isUnknown = !lookups.isEmpty && lookups.allSatisfy { $0.errorCode == Int(EAI_NONAME) || $0.errorCode == -5 }
        return isUnknown
            ? TransportFailure(
                .unsent, .invalidArgument, "there is no host \(error.host). Check the configured address",
                isPassing: false)
            : TransportFailure(
                .unsent, .unavailable,
                "the name \(error.host) can't be looked up (\(lookups.first?.errorDescription ?? "no answer"))",
                isPassing: true)
    }

    private static func failure(_ error: HTTPClientError, _ moment: Moment) -> TransportFailure {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            TransportFailure(.unsent, .deadlineExceeded, "no connection in time", isPassing: true)
        case .readTimeout, .deadlineExceeded, .writeTimeout: .late(moment, "no answer in time")
        case .remoteConnectionClosed:
            TransportFailure(moment, .unavailable, "the connection was closed", isPassing: true)
        case .proxyAuthenticationRequired:
            TransportFailure(
                .unsent, .unauthenticated, "the proxy asks for user and password. Put them into HTTPS_PROXY",
                isPassing: false)
        case .invalidProxyResponse:
            TransportFailure(.unsent, .unavailable, "the proxy refuses the connection", isPassing: true)
        case .invalidURL, .emptyHost, .emptyScheme:
            TransportFailure(.unsent, .invalidArgument, "it is no address one can call", isPassing: false)
        default:
            // The library names only the field, never its value, which may be a secret.
            error.shortDescription.contains("eader")
                ? TransportFailure(
                    .unsent, .invalidArgument, "a header field has characters that can't be sent", isPassing: false)
                : TransportFailure(moment, .unavailable, error.shortDescription.lowercased(), isPassing: true)
        }
    }

    private static func failure(_ error: ChannelError, _ moment: Moment) -> TransportFailure {
        switch error {
        case .connectTimeout:
            TransportFailure(.unsent, .deadlineExceeded, "no connection in time", isPassing: true)
        default: TransportFailure(moment, .unavailable, "the connection was closed", isPassing: true)
        }
    }

    private static func secured(_ error: NIOSSLError, _ moment: Moment) -> TransportFailure {
        switch error {
        case .handshakeFailed(let cause):
            let text = OneLine.text("\(cause)", limit: 400)
            return text.uppercased().contains("CERTIFICATE_VERIFY_FAILED")
                ? TransportFailure(
                    .unsent, .failedPrecondition, distrust("its certificate comes from nobody trusted here"),
                    isPassing: false)
                : TransportFailure(.unsent, .failedPrecondition, refused(text), isPassing: false)
        case .unableToValidateCertificate, .noCertificateToValidate:
            return TransportFailure(
                .unsent, .failedPrecondition, distrust("its certificate can't be validated"), isPassing: false)
        default: return TransportFailure(moment, .unavailable, "the connection was closed", isPassing: true)
        }
    }

    private static func distrust(_ reason: String) -> String {
        "the other side isn't trusted: \(reason). Name its authority with SSL_CERT_FILE, and the host as in the certificate"
    }

    private static func refused(_ reason: String) -> String {
        let isCertificate = reason.uppercased().contains("CERTIFICATE")
        return
            "no secure connection: \(isCertificate ? "the other side refuses the client certificate, or wants one" : reason)"
    }

    private static func text(errno code: Int32) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET, EPIPE: "the connection was reset"
        case EHOSTUNREACH, ENETUNREACH: "no way to the host"
        case ETIMEDOUT: "the connection timed out"
        default: "the connection failed (error \(code))"
        }
    }
}
