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

    /// Whether the databases answer.
    @Sendable func ready(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await catalog.applicationCount()
        _ = try await signIn.isNew()
        return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "ok\n")))
    }
}
