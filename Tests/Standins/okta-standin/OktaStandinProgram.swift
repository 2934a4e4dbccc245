import Foundation
import OktaStandin
import StandinKit

/// Answers like Okta until it is ended.
@main
struct OktaStandinProgram {
    static func main() async {
        do {
            let options = try StandinOptions(Array(CommandLine.arguments.dropFirst()))
            let directory =
                try options.data.map { try OktaDirectory(contentsOf: $0) }
                ?? OktaDirectory(generating: options.generate ?? "users=100,groups=10,apps=5")
            let standin = OktaStandin(directory, faults: options.faults)
            try await options.serve(standin.answer)
        } catch {
            FileHandle.standardError.write(Data("okta-standin: \(error)\n".utf8))
            exit(1)
        }
    }
}
