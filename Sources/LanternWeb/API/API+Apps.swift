import Hummingbird
import LanternCatalog
import LanternSignIn
import WireForm

extension Site {
    private func visible(_ context: WebContext) throws -> Set<String>? {
        let user = try context.requireUser()
        return user.role == .owner ? user.applications : nil
    }

    @Sendable func listApps(_ request: Request, _ context: WebContext) async throws -> Response {
        APIAnswer.list(try await catalog.applications(request.apiPage(), matching: "", among: visible(context)), \.json)
    }

    @Sendable func searchApps(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let asked = try body.texts("appIds")
        var ids = try visible(context)
        if !asked.isEmpty { ids = ids.map { $0.intersection(asked) } ?? Set(asked) }
        let text = try body.text("displayName").isEmpty ? body.text("query") : body.text("displayName")
        return APIAnswer.list(try await catalog.applications(body.page(), matching: text, among: ids), \.json)
    }

    @Sendable func createApp(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let user = try context.requireUser()
        guard user.makesApplications else { throw WebError.forbidden }
        let made = try await catalog.createApplication(
            named: body.text("displayName"), description: body.text("description"))
        try await signIn.addOwner(user, of: made.id)
        try await record("created application", on: made.id, detail: made.name, by: context)
        return APIAnswer.json(.object([("app", made.json)]))
    }

    @Sendable func getApp(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let owners = try await signIn.owners(of: application.id)
        return APIAnswer.json(.object([("app", application.json(owners: owners))]))
    }

    /// Changes what the mask names, and nothing else.
    @Sendable func updateApp(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        let values = try body.part("app")
        let mask = try body.mask(of: ["displayName", "description"])
        try await catalog.updateApplication(
            application.id, name: mask.contains("displayName") ? values.text("displayName") : nil,
            description: mask.contains("description") ? values.text("description") : nil)
        try await record("changed application", on: application.id, by: context)
        return APIAnswer.json(.object([("app", try await catalog.application(application.id).json)]))
    }

    @Sendable func deleteApp(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        try await catalog.deleteApplication(application.id)
        try await record("deleted application", on: application.id, detail: application.name, by: context)
        return APIAnswer.json(.object([]))
    }

    // MARK: Imports

    @Sendable func createImport(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        var spool = try Upload(into: catalog.folder, limit: settings.uploadLimit)
        for try await buffer in request.body { try buffer.withUnsafeReadableBytes { try spool.append($0) } }
        let file = try spool.finish(named: request.sentFileName ?? "upload")
        let parameters = request.uri.queryParameters
        var order = ImportOrder(by: try context.requireUser().email, through: "api")
        order.wantsPreview = parameters["dryRun"] == "true"
        order.replacesEverything = parameters["replaceEverything"] == "true"
        let run = try await enqueue(
            file, for: application, source: parameters["connectorId"].map(String.init) ?? "", order)
        try await record("imported file", on: application.id, detail: file.name, by: context)
        return APIAnswer.json(run.json([], warnings: []), status: .accepted)
    }

    private func importRun(_ context: WebContext) async throws -> ImportRun {
        let application = try await application(context.parameters.require("app"), for: context)
        let run = try await catalog.importRun(context.parameters.require("import"))
        guard run.applicationID == application.id else { throw WebError.notFound }
        return run
    }

    @Sendable func getImport(_ request: Request, _ context: WebContext) async throws -> Response {
        let run = try await importRun(context)
        return APIAnswer.json(
            run.json(try await catalog.counts(of: run), warnings: try await catalog.warnings(of: run)))
    }

    @Sendable func getDelta(_ request: Request, _ context: WebContext) async throws -> Response {
        let run = try await importRun(context)
        let kinds: [String: ImportCount.Kind] = ["resource": .resource, "entitlement": .entitlement, "grant": .grant]
        guard let kind = kinds[request.uri.queryParameters["kind"].map(String.init) ?? "grant"] else {
            throw WebError.badRequest("kind: must be resource, entitlement or grant.")
        }
        if let revision = run.revision {
            let page = try await catalog.changes(
                in: run.applicationID, from: revision - 1, to: revision, of: kind, request.apiPage())
            return APIAnswer.list(page, \.json)
        }
        guard run.state == .paused else {
            return APIAnswer.json(.object([("list", .array([])), ("nextPageToken", .string(""))]))
        }
        return APIAnswer.list(try await catalog.preview(of: run, kind, request.apiPage()), \.json)
    }

    @Sendable func confirmByAPI(_ request: Request, _ context: WebContext) async throws -> Response {
        let run = try await importRun(context)
        try requireChange(of: run.applicationID, by: context)
        try await catalog.confirmImport(run.id)
        imports.wake()
        try await record("confirmed import", on: run.applicationID, detail: run.fileName, by: context)
        return APIAnswer.json(try await catalog.importRun(run.id).json([], warnings: []))
    }

    @Sendable func cancelByAPI(_ request: Request, _ context: WebContext) async throws -> Response {
        let run = try await importRun(context)
        try requireChange(of: run.applicationID, by: context)
        try await catalog.cancelImport(run.id)
        try await record("discarded import", on: run.applicationID, detail: run.fileName, by: context)
        return APIAnswer.json(try await catalog.importRun(run.id).json([], warnings: []))
    }
}

extension Request {
    /// The name of a file that is sent as it is (`Content-Disposition: attachment; filename="…"`).
    fileprivate var sentFileName: String? {
        guard let header = headers[.contentDisposition], let range = header.firstRange(of: "filename=") else {
            return nil
        }
        let name = header[range.upperBound...].prefix { $0 != ";" }.filter { $0 != "\"" }
        return name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init)
    }
}
