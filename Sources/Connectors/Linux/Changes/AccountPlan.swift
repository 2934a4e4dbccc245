import AccessModel
import ConnectorKit
import SwiftProtobuf

/// The account that somebody asks for, in the words of useradd.
struct AccountPlan: Sendable {
    /// What can be said of an account.
    static let fields: [AccountField] = [
        .login("username", "User name", description: "a-z, 0-9, _ and -, at most 32", placeholder: "grace"),
        .optional("full_name", "Full name", placeholder: "Grace Hopper"),
        .optional("shell", "Shell", description: "By default that of useradd", placeholder: "/bin/bash"),
        .optional("groups", "Groups", kind: .list, description: "Groups beside the account's own"),
        .optional("uid", "Number", kind: .number, description: "By default the next free one"),
        .optional("expires", "Expires", description: "First day on which it is closed", placeholder: "2030-12-31"),
    ]

    /// The arguments of useradd.
    private(set) var arguments = ["--create-home"]

    /// Checks what is asked for before anything is done.
    ///
    /// - Throws: `ServiceError` that names the field.
    init(_ profile: Profile, name: AccountName, among accounts: Inspection.Accounts, in files: InspectedRoot) throws {
        if let fullName = try profile.text("full_name") {
            // A colon would end the field of passwd, a comma the name within it.
            guard !fullName.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || ":,".utf8.contains($0) }) else {
                throw ServiceError(.invalidArgument, "full_name: must not have colons, commas or control characters.")
            }
            arguments += ["--comment", fullName]
        }
        if let shell = try profile.text("shell") {
            try Self.checkShell(shell, in: files)
            arguments += ["--shell", shell]
        }
        if let number = try profile.accountNumber("uid") { arguments += ["--uid", String(number)] }
        let groups = try profile.texts("groups")
        for group in groups {
            _ = try accounts.changeableGroup(LinuxID.group(AccountName(group, of: "group \(group)").text))
        }
        if !groups.isEmpty { arguments += ["--groups", groups.joined(separator: ",")] }
        if let day = try profile.text("expires") {
            // useradd takes the days before for "never", and some programs take day 0 for it.
            guard let number = Day(day)?.number, number > 0 else {
                throw ServiceError(.invalidArgument, "expires: must be a day after 1970-01-01, such as 2030-12-31.")
            }
            arguments += ["--expiredate", day]
        }
        try Self.checkHome(of: name, in: files)
        arguments += ["--", name.text]
    }

    private static func checkShell(_ shell: String, in files: InspectedRoot) throws {
        let isPath = shell.utf8.first == UInt8(ascii: "/") && shell.utf8.allSatisfy { $0 > 0x20 && $0 != 0x3A }
        guard isPath, (try? files.facts(shell))?.isRegular == true else {
            throw ServiceError(.invalidArgument, "shell: \(shell) is not the path of a program on this machine.")
        }
    }

    /// Refuses a home that is there already: its keys would open the new account, and undoing would remove it.
    private static func checkHome(of name: AccountName, in files: InspectedRoot) throws {
        let home = "\(try UseraddDefaults(in: files).homes)/\(name.text)"
        do {
            _ = try files.linkFacts(home)
        } catch let error as InspectedRootError where error.isNotFound {
            return
        }
        throw ServiceError(
            .failedPrecondition,
            "\(home): is there already, from an earlier account perhaps, whose keys would open the new one. Move it away first."
        )
    }
}

/// What useradd does when it isn't told.
private struct UseraddDefaults {
    /// The folder for homes.
    var homes = "/home"

    init(in files: InspectedRoot) throws {
        let name = "HOME="
        do {
            let lines = try files.read("/etc/default/useradd").lines.map(\.bytes)
            if let line = lines.last(where: { $0.starts(with: name.utf8) }) { homes = line.dropFirst(name.count).text }
        } catch let error as InspectedRootError where error.isNotFound {
            // Without the file useradd has the same defaults.
        }
    }
}

extension Day {
    /// Reads `2030-12-31`; nil for anything else, also for a day that there isn't.
    fileprivate init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], let moment = KeyExpiry(parts.joined()) else { return nil }
        self.init(at: moment.seconds)
        guard description.hasSameBytes(as: text) else { return nil }
    }
}

extension Profile {
    /// The text under `key`; nil when there is none or it is empty.
    fileprivate func text(_ key: String) throws -> String? {
        switch fields[key]?.kind {
        case nil, .nullValue?: return nil
        case .stringValue(let text)?: return text.isEmpty ? nil : text
        default: throw ServiceError(.invalidArgument, "\(key): must be a text.")
        }
    }

    /// The texts under `key`; empty when there are none.
    fileprivate func texts(_ key: String) throws -> [String] {
        switch fields[key]?.kind {
        case nil, .nullValue?: return []
        case .listValue(let list)?:
            let texts = list.values.compactMap { value -> String? in
                if case .stringValue(let text)? = value.kind { text } else { nil }
            }
            if texts.count == list.values.count { return texts }
        default: break
        }
        throw ServiceError(.invalidArgument, "\(key): must be a list of names.")
    }

    /// The number of a new account or group under `key`, never that of root; nil when there is none.
    func accountNumber(_ key: String) throws -> UInt32? {
        switch fields[key]?.kind {
        case nil, .nullValue?: return nil
        case .numberValue(let number)?:
            // The highest number stands for "none".
            if let whole = UInt32(exactly: number), (1..<UInt32.max).contains(whole) { return whole }
        default: break
        }
        throw ServiceError(.invalidArgument, "\(key): must be a whole number from 1 to 4294967294.")
    }
}
