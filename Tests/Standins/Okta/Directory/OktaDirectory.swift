import Foundation
package import WireForm

/// What a stand-in begins with: users, groups, apps, roles and who may ask.
package struct OktaDirectory: Sendable {
    var org: Org

    /// The secret of the API token that a directory has when it names none.
    package static let standardToken = "standin-token"

    /// Reads a directory in the form that the README describes.
    package init(_ json: JSONValue) throws {
        var reader = DirectoryReader()
        org = try reader.org(json)
    }

    /// Reads a directory from a file.
    package init(contentsOf path: String) throws {
        let data = try Data(contentsOf: URL(filePath: path))
        try self.init(try JSONValue(parsing: Array(data)))
    }

    init(org: Org) {
        self.org = org
    }
}

/// A directory that is described wrongly.
package struct WrongDirectory: Error, CustomStringConvertible {
    package let description: String
}
