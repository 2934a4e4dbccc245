import AccessModel
import CommandLineKit
import SwiftProtobuf

extension Profile {
    /// The JSON object that a flag gives; an empty text gives an empty one.
    init(json: String, of place: String) throws {
        self.init()
        guard !json.isEmpty else { return }
        do {
            try self.init(jsonString: json)
        } catch {
            throw UsageError("\(place): must be a JSON object, such as '{\"key\": \"value\"}'")
        }
    }
}
