import AccessModel
import CLibldap

/// What became of a request: a code of RFC 4511, or below zero one of the library's own.
struct LDAPResult: Sendable, Equatable {
    let code: Int32

    static let success = LDAPResult(code: 0)
    static let operationsError = LDAPResult(code: 1)
    static let timeLimitExceeded = LDAPResult(code: 3)
    static let sizeLimitExceeded = LDAPResult(code: 4)
    static let strongerAuthRequired = LDAPResult(code: 8)
    static let referral = LDAPResult(code: 10)
    static let adminLimitExceeded = LDAPResult(code: 11)
    static let confidentialityRequired = LDAPResult(code: 13)
    static let noSuchAttribute = LDAPResult(code: 16)
    static let constraintViolation = LDAPResult(code: 19)
    static let valueExists = LDAPResult(code: 20)
    static let noSuchObject = LDAPResult(code: 32)
    static let invalidSyntaxOfName = LDAPResult(code: 34)
    static let inappropriateAuthentication = LDAPResult(code: 48)
    static let invalidCredentials = LDAPResult(code: 49)
    static let insufficientAccess = LDAPResult(code: 50)
    static let unwilling = LDAPResult(code: 53)
    static let objectClassViolation = LDAPResult(code: 65)
    static let notOnParent = LDAPResult(code: 66)
    static let entryExists = LDAPResult(code: 68)

    static let serverDown = LDAPResult(code: -1)
    static let timeout = LDAPResult(code: -5)
    static let badFilter = LDAPResult(code: -7)
    static let connectError = LDAPResult(code: -11)

    /// Whether the connection is of no use any more.
    var isBroken: Bool { [-1, -2, -3, -4, -5, -11, -18].contains(code) || code == 52 }

    /// What the library calls it.
    var name: String { String(cString: ldap_err2string(code)) }

    /// The status it amounts to.
    var status: StatusCode {
        switch code {
        case -1, -2, -3, -4, -11, -18, 51, 52: .unavailable
        case 3, -5: .deadlineExceeded
        case 4, 11: .resourceExhausted
        case 8, 13, 50: .permissionDenied
        case 48, 49: .unauthenticated
        case 32: .notFound
        case 17, 19, 21, 34, 64, 65, 67, -7, -9: .invalidArgument
        case 66, 53, 10: .failedPrecondition
        case 68: .alreadyExists
        default: .unknown
        }
    }
}

/// A request that failed.
struct LDAPFailure: StatusCoded, CustomStringConvertible {
    let result: LDAPResult
    /// What was being done, such as `searching ou=people,dc=example,dc=com`.
    let work: String
    /// What the server said beyond the code; empty for nothing.
    let remark: String
    /// What mends it; a sentence, or empty.
    var cure = ""
    /// The status, where it isn't what the code says.
    var override: StatusCode?

    var statusCode: StatusCode { override ?? result.status }

    var description: String {
        let said = remark.isEmpty ? "" : ", \(remark)"
        let number = result.code >= 0 ? " (\(result.code))" : ""
        let whole = "\(work): \(result.name)\(number)\(said)"
        guard !cure.isEmpty else { return whole }
        return "\(whole)\(whole.hasSuffix(".") ? "" : ".") \(cure)"
    }

    /// The same, for those who decide by it.
    var asServiceError: ServiceError { ServiceError(statusCode, description) }

    /// The same failure with what mends it.
    func curing(_ cure: String) -> LDAPFailure {
        var failure = self
        failure.cure = cure
        return failure
    }
}
