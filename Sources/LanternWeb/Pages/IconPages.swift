import AccessModel
import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    /// The picture of an application.
    @Sendable func showIcon(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        guard let icon = try await catalog.icon(ofApplication: application.id) else { throw WebError.notFound }
        // Its address changes with it.
        return Response(
            status: .ok,
            headers: [.contentType: icon.form.rawValue, .cacheControl: "private, max-age=31536000, immutable"],
            body: .init(byteBuffer: ByteBuffer(bytes: icon.bytes)))
    }

    /// The form for the picture of an application.
    func iconForms(_ application: Application, _ context: WebContext) -> HTML {
        let action = "/apps/\(application.id)/icon"
        let token = context.session.map(Components.token)
        let removal: HTML =
            application.iconAt == nil
            ? .blank
            : """
            <form method="post" action="\(action)/remove">\(token)
            <button class="button quiet" type="submit">Remove icon</button></form>
            """
        return """
            <div class="card"><h2>Icon</h2>
            <p class="muted">A PNG, JPEG or WebP picture of at most 1 MB; it is shown as a square.</p>
            <form class="form" method="post" action="\(action)" enctype="multipart/form-data" data-icon>
            \(token)
            <div class="field"><label for="icon">Picture</label><input id="icon" name="icon" type="file" accept="image/png,image/jpeg,image/webp" required></div>
            <div class="crop" hidden><canvas width="256" height="256" aria-label="What will be seen of the picture"></canvas>
            <label for="zoom">Zoom</label><input id="zoom" type="range" min="1" max="4" step="0.05" value="1"></div>
            <button class="button" type="submit">Update icon</button>
            </form>
            \(removal)</div>
            """
    }

    @Sendable func takeIcon(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        guard let session = context.session else { throw WebError.notSignedIn }
        let picture = try Picture(try await receiveSmallFile(request, session, limit: Picture.limit))
        try await catalog.setIcon(picture, ofApplication: application.id)
        try await record("set icon", on: application.id, detail: application.name, by: context)
        return see("/apps/\(application.id)/settings")
    }

    @Sendable func removeIcon(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await Form(request, context)
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        try await catalog.setIcon(nil, ofApplication: application.id)
        try await record("removed icon", on: application.id, detail: application.name, by: context)
        return see("/apps/\(application.id)/settings")
    }

    /// Reads a form with a file that fits into memory.
    private func receiveSmallFile(_ request: Request, _ session: Session, limit: Int) async throws -> [UInt8] {
        var reader = try MultipartReader(contentType: request.headers[.contentType] ?? "")
        var fields: [(name: String, value: String)] = []
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            for event in try reader.read(buffer.readableBytesView) {
                switch event {
                case .field(let field, let value): fields.append((field, value))
                case .content(let part):
                    bytes += part
                    guard bytes.count <= limit else {
                        throw WebError(.contentTooLarge, .outOfRange, "The file is larger than \(limit >> 20) MB.")
                    }
                case .file, .fileEnd, .end: continue
                }
            }
        }
        try Form(fields: fields).check(session)
        guard reader.isComplete else { throw WebError.badRequest("The upload broke off. Nothing was changed.") }
        return bytes
    }
}

extension Application {
    /// Its picture, or the sign that all applications share.
    var icon: HTML {
        guard let iconAt else { return Icon.apps.html }
        return "<img class=\"icon picture\" src=\"/apps/\(id)/icon?at=\(iconAt)\" alt=\"\" width=\"18\" height=\"18\">"
    }
}
