import AWSCalls
import AccessModel
import ConnectorHTTP
import SwiftProtobuf
import WireForm

extension XMLElement {
    /// A text that has to be there.
    fileprivate func required(_ name: String) throws -> String {
        guard let text = self[name], !text.isEmpty else {
            throw AWSError(.unavailable, "iam: an answer lacks \(name) where it has to be.")
        }
        return text
    }

    /// Tags, in their order.
    fileprivate var tags: [(String, String)] { members("Tags").map { ($0["Key"] ?? "", $0["Value"] ?? "") } }
}

/// A user of IAM.
struct IAMUser: Sendable {
    let arn: String
    let id: String
    let name: String
    let path: String
    let tags: [(String, String)]
    let passwordLastUsed: Google_Protobuf_Timestamp?

    init(_ element: XMLElement) throws {
        arn = try element.required("Arn")
        id = element["UserId"] ?? ""
        name = try element.required("UserName")
        path = element["Path"] ?? ""
        tags = element.tags
        passwordLastUsed = element["PasswordLastUsed"].flatMap(Google_Protobuf_Timestamp.init(instant:))
    }
}

/// A group of IAM.
struct IAMGroup: Sendable {
    let arn: String
    let id: String
    let name: String
    let path: String

    init(_ element: XMLElement) throws {
        arn = try element.required("Arn")
        id = element["GroupId"] ?? ""
        name = try element.required("GroupName")
        path = element["Path"] ?? ""
    }
}

/// A role of IAM.
struct IAMRole: Sendable {
    let arn: String
    let name: String
    let path: String
    let description: String
    let tags: [(String, String)]
    let longestSession: Int?
    /// Who may take it on, as JSON; nil when nobody tells.
    let trust: String?

    init(_ element: XMLElement) throws {
        arn = try element.required("Arn")
        name = try element.required("RoleName")
        path = element["Path"] ?? ""
        description = element["Description"] ?? ""
        tags = element.tags
        longestSession = element["MaxSessionDuration"].flatMap { Int($0) }
        trust = element["AssumeRolePolicyDocument"].map { PercentEncoding.decoded($0) }
    }
}

/// A managed policy.
struct IAMPolicy: Sendable {
    let arn: String
    let name: String
    let description: String
    let defaultVersion: String

    init(_ element: XMLElement) throws {
        arn = try element.required("Arn")
        name = try element.required("PolicyName")
        description = element["Description"] ?? ""
        defaultVersion = element["DefaultVersionId"] ?? ""
    }

    /// Whether it is one of AWS's own, which all accounts share.
    var isAWSManaged: Bool { ARN(arn)?.account == "aws" }
}

/// A managed policy as a user, group or role has it.
struct IAMAttachedPolicy: Sendable {
    let arn: String
    let name: String

    init(_ element: XMLElement) throws {
        arn = try element.required("PolicyArn")
        name = element["PolicyName"] ?? ""
    }
}

/// An access key, without its secret.
struct IAMAccessKey: Sendable {
    let id: String
    let user: String
    let created: Google_Protobuf_Timestamp?

    init(_ element: XMLElement) throws {
        id = try element.required("AccessKeyId")
        user = element["UserName"] ?? ""
        created = element["CreateDate"].flatMap(Google_Protobuf_Timestamp.init(instant:))
    }
}

extension Google_Protobuf_Timestamp {
    /// An instant as AWS writes it: `2026-11-22T18:52:21.362421Z`; nil for anything else.
    init?(instant text: String) {
        let text = text.hasSuffix("+00:00") ? text.dropLast(6) + "Z" : text[...]
        guard let time = CivilTime(rfc3339: String(text)) else { return nil }
        self.init(seconds: time.unixSeconds)
        guard let dot = text.firstIndex(of: ".") else { return }
        let digits = text[text.index(after: dot)...].prefix { $0.isNumber }.prefix(9)
        nanos = Int32((digits + String(repeating: "0", count: 9 - digits.count))) ?? 0
    }
}
