import AccessModel
import Foundation

/// The text file.
struct Roster {
    let path: String

    struct Team {
        let name: String
        let members: [String]
    }

    func teams() throws -> [Team] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ServiceError(.notFound, "\(path): can't be read. Name the file with --roster.")
        }
        return try text.split(separator: "\n").map { line in
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2 else {
                throw ServiceError(
                    .invalidArgument, "\(path): \"\(line)\" has no colon. Write \"team: member, member\".")
            }
            return Team(name: parts[0], members: parts[1].components(separatedBy: ", ").filter { !$0.isEmpty })
        }
    }
}
