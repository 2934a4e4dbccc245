import AccessModel
import ChildProcesses

/// A tool of the shadow suite, which changes accounts.
enum AccountTool: String, Sendable {
    case useradd, usermod, userdel, groupadd, groupdel, gpasswd, chage, chpasswd

    /// The arguments that let it change the accounts below `folder`.
    ///
    /// The last three have no `--prefix`. They make the folder their root, and there chpasswd finds no PAM to do the hashing.
    fileprivate func arguments(within folder: String) -> [String] {
        switch self {
        case .useradd, .usermod, .userdel, .groupadd, .groupdel: ["--prefix", folder]
        case .gpasswd, .chage: ["--root", folder]
        case .chpasswd: ["--root", folder, "--crypt-method", "SHA512"]
        }
    }
}

/// Runs the tools on this machine, or on the folder that stands for it.
struct AccountTools: Sendable {
    let commands: any CommandRunner
    /// The folder whose accounts they change; nil for this machine's own.
    let prefix: String?

    /// Runs one tool.
    ///
    /// - Parameter input: what it reads; secrets stand there and nowhere else.
    /// - Throws: `ToolFailure` when the tool says no, `ServiceError` when it can't be asked.
    func run(_ tool: AccountTool, _ arguments: [String], input: [UInt8]? = nil) async throws {
        let place = prefix.map(tool.arguments) ?? []
        do {
            let answer = try await commands.run(tool.rawValue, place + arguments, input: input)
            guard answer.status != 0 else { return }
            throw ToolFailure(tool: tool, status: answer.status, remarks: answer.remarks)
        } catch let error as CommandError {
            throw ServiceError(error.amounts, error.description)
        }
    }
}

extension CommandError {
    fileprivate var amounts: StatusCode {
        if case .timedOut = self { .deadlineExceeded } else { .failedPrecondition }
    }
}

/// What a tool said when it refused.
struct ToolFailure: Error {
    let tool: AccountTool
    let status: Int32
    private let remark: String

    init(tool: AccountTool, status: Int32, remarks: [UInt8]) {
        self.tool = tool
        self.status = status
        remark = remarks.lines.map(\.bytes.trimmed.text).filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// The failure as callers of a connector know it.
    var asServiceError: ServiceError {
        guard !remark.isEmpty else { return ServiceError(code, "\(tool): ended with status \(status).") }
        return ServiceError(code, remark.hasPrefix("\(tool): ") ? remark : "\(tool): \(remark)")
    }

    /// Whether useradd failed after it had entered the account: at the home, the mail box or the SELinux user.
    var leftAccount: Bool { tool == .useradd && (12...14).contains(status) }

    /// What the status means: EXIT VALUES of the manual pages, and the source of shadow 4.13 where they have none.
    private var code: StatusCode {
        switch (tool, status) {
        case (.chpasswd, _), (.gpasswd, 3), (.chage, 15): .failedPrecondition
        case (.gpasswd, 1), (.chage, 1): .permissionDenied
        // The files can't be updated, usually because another tool has locked them.
        case (_, 1), (_, 10), (_, 16), (_, 18): .unavailable
        case (_, 2), (_, 3): .invalidArgument
        case (_, 4), (_, 9): .alreadyExists
        case (_, 6): .notFound
        // In use, a primary group, or a home that can't be made or removed.
        case (_, 8), (_, 12), (_, 13), (_, 14): .failedPrecondition
        default: .unknown
        }
    }
}
