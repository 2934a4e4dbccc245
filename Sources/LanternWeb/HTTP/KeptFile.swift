import HTTPTypes
import Hummingbird

/// Sends a file that is kept, piece by piece.
enum KeptFile {
    static func response(_ path: String, named name: String, _ context: WebContext) async throws -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "application/octet-stream",
                .contentDisposition: "attachment; filename=\"\(name.plainFileName)\"",
            ], body: try await FileIO().loadFile(path: path, context: context))
    }
}
