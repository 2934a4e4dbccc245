import AccessModel
import CLibpq

/// What went wrong between us and the server.
struct ServerFailure: Error {
    /// Where it went wrong.
    enum Kind: Equatable {
        /// No connection came about, and no server said why.
        case unreachable
        /// The connection ended while the server was at work.
        case lost
        /// The server took too long.
        case late
        /// The server refused, with this SQLSTATE.
        case refused(String)
    }

    let kind: Kind
    /// One line of what was said.
    let remark: String

    /// The SQLSTATE, if the server gave one.
    var state: String? {
        if case .refused(let state) = kind { state } else { nil }
    }

    init(_ kind: Kind, _ remark: String) {
        self.kind = kind
        self.remark = remark.onOneLine
    }

    /// What a statement's result says; its text never quotes the statement.
    init(_ result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            code.asciiValue.flatMap { PQresultErrorField(result, Int32($0)) }.map { String(cString: $0) }
        }
        let message = field("M") ?? "the server gave no reason"
        let remarks = [message, field("D"), field("H")].compactMap(\.self)
        self.init(.refused(field("C") ?? "XX000"), remarks.joined(separator: ". "))
    }

    /// Why no connection came about, from libpq's text in its verbose form: only that names the SQLSTATE.
    init(connecting text: String) {
        var text = text
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }
        text = lines.joined(separator: "\n")
        guard let (state, remark) = Self.refusal(in: text) else {
            self.init(.unreachable, text)
            return
        }
        self.init(.refused(state), remark)
    }

    /// The SQLSTATE in `FATAL:  28P01: password authentication failed`, and what follows it.
    private static func refusal(in text: String) -> (state: String, remark: String)? {
        let bytes = Array(text.utf8)
        let colon = UInt8(ascii: ":")
        for start in bytes.indices where bytes[start] == colon && start + 9 < bytes.count {
            let state = bytes[(start + 3)..<(start + 8)]
            let isState = state.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
            }
            guard bytes[start + 1] == 0x20, bytes[start + 2] == 0x20, isState, bytes[start + 8] == colon else {
                continue
            }
            return (String(decoding: state, as: UTF8.self), String(decoding: bytes[(start + 10)...], as: UTF8.self))
        }
        return nil
    }
}

extension ServerFailure {
    /// The failure as callers of a connector know it.
    func asServiceError(at place: String) -> ServiceError {
        let stop = remark.hasSuffix("?") || remark.hasSuffix(".") ? "" : "."
        return ServiceError(code, "\(place): \(remark)\(cure.map { "\(stop) \($0)" } ?? "")")
    }

    /// What the SQLSTATE amounts to (appendix A of the manual).
    private var code: StatusCode {
        switch kind {
        case .unreachable where lacksPassword: .unauthenticated
        case .unreachable where isOfTLS: .failedPrecondition
        case .unreachable: .unavailable
        case .lost: .unavailable
        case .late: .deadlineExceeded
        case .refused(let state): Self.code(of: state)
        }
    }

    private static func code(of state: String) -> StatusCode {
        switch state {
        case "57014", "57P05", "25P03": return .deadlineExceeded
        case "42501": return .permissionDenied
        case "42704", "42883", "42P01", "3D000", "3F000": return .notFound
        case "42710", "42P04", "42P06": return .alreadyExists
        case "2BP01", "55000", "55006", "0LP01", "0P000", "42939": return .failedPrecondition
        case "40001", "40P01", "55P03": return .unavailable
        default: break
        }
        switch state.prefix(2) {
        case "28": return .unauthenticated
        case "08", "53", "57": return .unavailable
        case "0A": return .unimplemented
        case "22", "42": return .invalidArgument
        case "25": return .failedPrecondition
        default: return .unknown
        }
    }

    private var isOfTLS: Bool {
        ["SSL", "certificate"].contains { remark.contains($0) } && !remark.contains("SSL SYSCALL")
    }

    private var lacksPassword: Bool { remark.contains("no password supplied") }

    private var cure: String? {
        switch kind {
        case .unreachable where lacksPassword: "Give the role's password in --dsn, PGPASSWORD or ~/.pgpass."
        case .unreachable where isOfTLS: "Check sslmode, sslrootcert and the host's name in --dsn."
        case .unreachable: "Check host and port in --dsn, and that the server runs."
        case .lost: "Look whether the server was stopped; run the command again."
        case .late: "Look what the server is at; --http-timeout-seconds allows more time."
        case .refused(let state): Self.cure(of: state)
        }
    }

    private static func cure(of state: String) -> String? {
        switch state {
        case "28P01": "Check role and password in --dsn."
        case "28000": "Check the role in --dsn: it needs LOGIN, and a line in the server's pg_hba.conf."
        case "3D000": "Check the database in --dsn."
        case "57014": "Look what the server is at; --http-timeout-seconds allows more time."
        case "53300": "Raise max_connections or the role's CONNECTION LIMIT, or try again later."
        default: nil
        }
    }
}

extension String {
    /// The text without line breaks and other control characters.
    var onOneLine: String {
        let lines = split { $0.isNewline }.map { $0.filter { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 } } }
        return lines.filter { !$0.isEmpty }.joined(separator: "; ").trimmingDots
    }

    private var trimmingDots: String {
        var text = self
        while text.last == "." || text.last == " " { text.removeLast() }
        return text
    }
}
