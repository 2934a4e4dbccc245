import HTTPTypes
import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    @Sendable func asset(_ request: Request, _ context: WebContext) async throws -> Response {
        let name = try context.parameters.require("name")
        guard let file = Assets.file(marked: name) else { throw WebError.notFound }
        return Response(
            status: .ok,
            headers: [.contentType: file.type, .cacheControl: "public, max-age=31536000, immutable"],
            body: .init(byteBuffer: ByteBuffer(bytes: file.content)))
    }

    /// Counts for Prometheus, in its text format; nothing in them names anybody.
    @Sendable func metrics(_ request: Request, _ context: WebContext) async throws -> Response {
        var text =
            "# HELP lantern_applications Applications that were not deleted.\n# TYPE lantern_applications gauge\n"
        text += "lantern_applications \(try await catalog.applicationCount())\n"
        text += "# HELP lantern_imports Imports, by how they stand.\n# TYPE lantern_imports gauge\n"
        for (state, count) in try await catalog.importStates() {
            text += "lantern_imports{state=\"\(state)\"} \(count)\n"
        }
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// Whether the databases answer.
    @Sendable func ready(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await catalog.applicationCount()
        _ = try await signIn.isNew()
        return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "ok\n")))
    }
}
