import AccessModel
import ExternalSources
import Hummingbird
import LanternCatalog
import LanternSignIn
import WireForm

extension Site {
    func addDataSources(to api: RouterGroup<WebContext>) {
        api.get("/datasources", use: listExternalSources)
        api.post("/datasources", use: createExternalSource)
        api.get("/datasources/{source}", use: getExternalSource)
        api.post("/datasources/{source}", use: updateExternalSourceByAPI)
        api.delete("/datasources/{source}", use: deleteExternalSource)
        api.post("/datasources/{source}/test", use: testExternalSourceByAPI)
        api.get("/datasources/{source}/objects", use: listObjects)
        api.post("/apps/{app}/connectors/datasource", use: createFetchedConnector)
        api.post("/apps/{app}/connectors/{connector}/force_sync", use: forceSync)
        api.post("/apps/{app}/connectors/{connector}/pause", use: pauseConnector)
        api.post("/apps/{app}/connectors/{connector}/resume", use: resumeConnector)
        api.post("/apps/{app}/connectors/{connector}/schedule", use: scheduleConnector)
    }

    // MARK: External data sources

    @Sendable func listExternalSources(_ request: Request, _ context: WebContext) async throws -> Response {
        APIAnswer.list(try await externalSources(for: context.requireUser()).map(\.json))
    }

    private func source(_ context: WebContext) async throws -> ExternalSource {
        let id = try context.parameters.require("source")
        guard try context.requireUser().sees(id) else { throw WebError.forbidden }
        return try await catalog.externalSource(id)
    }

    private func answer(_ source: ExternalSource) -> Response {
        APIAnswer.json(.object([("dataSource", source.json)]))
    }

    @Sendable func getExternalSource(_ request: Request, _ context: WebContext) async throws -> Response {
        answer(try await source(context))
    }

    @Sendable func createExternalSource(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        try requireAdministrator(context)
        guard let stores = poller?.stores else { throw WebError.notFound }
        var settings = ExternalSource.Settings(try body.choice("type", Self.kinds) ?? .s3)
        try Self.read(body, into: &settings, of: Self.names)
        let checked = try stores.checked(settings)
        let secret = try body.text("secretAccessKey")
        guard checked.access != .keys || !secret.isEmpty else {
            throw WebError.badRequest("secretAccessKey: enter the secret that goes with accessKeyId.")
        }
        let made = try await catalog.addExternalSource(named: body.text("displayName"), checked) { id in
            secret.isEmpty ? [] : try stores.seal(secret, of: id)
        }
        try await record("added external data source", on: made.id, detail: made.name, by: context)
        return answer(made)
    }

    /// Changes what the mask names, and nothing else.
    @Sendable func updateExternalSourceByAPI(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        try requireAdministrator(context)
        let source = try await source(context)
        let values = try body.part("dataSource")
        let mask = try body.mask(of: Self.names.union(["displayName", "secretAccessKey"]))
        var settings = source.settings
        try Self.read(values, into: &settings, of: mask)
        try await update(
            source, named: mask.contains("displayName") ? values.text("displayName") : source.name, settings,
            secret: mask.contains("secretAccessKey") ? values.text("secretAccessKey") : "", by: context)
        return answer(try await catalog.externalSource(source.id))
    }

    @Sendable func deleteExternalSource(_ request: Request, _ context: WebContext) async throws -> Response {
        try requireAdministrator(context)
        let source = try await source(context)
        try await catalog.removeExternalSource(source.id)
        try await record("removed external data source", on: source.id, detail: source.name, by: context)
        return APIAnswer.json(.object([]))
    }

    @Sendable func testExternalSourceByAPI(_ request: Request, _ context: WebContext) async throws -> Response {
        try requireAdministrator(context)
        let steps = try await test(source(context))
        return APIAnswer.json(
            .object([
                ("ok", .bool(steps.allSatisfy(\.isGood))),
                (
                    "steps",
                    .array(
                        steps.map { step in
                            .object([
                                ("name", .string(step.name)), ("finding", .string(step.finding)),
                                ("ok", .bool(step.isGood)),
                            ])
                        })
                ),
            ]))
    }

    @Sendable func listObjects(_ request: Request, _ context: WebContext) async throws -> Response {
        let source = try await source(context)
        guard try context.requireUser().changes(source.id) else { throw WebError.forbidden }
        guard let stores = poller?.stores else { throw WebError.notFound }
        let page = try request.apiPage()
        let found: (objects: [StoredObject], next: String?)
        do {
            found = try await stores.store(of: source).objects(
                prefix: request.uri.queryParameters["prefix"].map(String.init) ?? "",
                after: page.token.isEmpty ? nil : page.token, limit: page.size)
        } catch let error as any StatusCoded {
            // It is the bucket's fault, and no word about who asks here.
            throw WebError(.serviceUnavailable, .unavailable, "\(error)")
        }
        return APIAnswer.json(
            .object([
                (
                    "list",
                    .array(
                        found.objects.map { object in
                            .object([
                                ("key", .string(object.key)), ("size", APIAnswer.number(object.size)),
                                ("modifiedAt", APIAnswer.time(object.modifiedAt)),
                                ("isImportable", .bool(object.isImportable)),
                            ])
                        })
                ), ("nextPageToken", .string(found.next ?? "")),
            ]))
    }

    private static let kinds = ["S3": ExternalSource.Kind.s3, "FOLDER": .folder]

    private static let accesses: [String: ExternalSource.Access] = [
        "ROLE": .role, "ACCESS_KEY": .keys, "AMBIENT": .ambient, "ANONYMOUS": .anonymous,
    ]

    /// What can be set besides `access`, by its name.
    private static let texts: [String: any WritableKeyPath<ExternalSource.Settings, String> & Sendable] = [
        "bucket": \.bucket, "region": \.region, "endpoint": \.endpoint, "roleArn": \.roleARN,
        "accessKeyId": \.accessKeyID, "folder": \.folder,
    ]

    private static let names = Set(texts.keys).union(["access"])

    private static func read(
        _ body: APIBody, into settings: inout ExternalSource.Settings, of names: Set<String>
    ) throws {
        for (name, path) in texts where names.contains(name) { settings[keyPath: path] = try body.text(name) }
        guard names.contains("access"), let access = try body.choice("access", accesses) else { return }
        settings.access = access
    }

    // MARK: Data sources of applications that are fetched

    @Sendable func createFetchedConnector(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let application = try await application(context.parameters.require("app"), for: context)
        let made = try await fetch(
            body.text("fileName"), from: body.text("dataSourceId"), into: application, body.text("schedule"),
            named: body.text("displayName"), context)
        return APIAnswer.json(.object([("connectorView", made.json)]))
    }

    private func fetchedConnector(_ context: WebContext) async throws -> (DataSource, Feed) {
        let source = try await changeableSource(context)
        guard let feed = source.feed else {
            throw WebError.badRequest("\(source.name): isn't fetched from a data source; send its files to imports.")
        }
        return (source, feed)
    }

    private func answer(_ source: DataSource, _ action: String, _ context: WebContext) async throws -> Response {
        poller?.wake()
        try await record(action, on: source.applicationID, detail: source.name, by: context)
        return APIAnswer.json(.object([("connectorView", try await catalog.dataSource(source.id).json)]))
    }

    @Sendable func forceSync(_ request: Request, _ context: WebContext) async throws -> Response {
        let (source, _) = try await fetchedConnector(context)
        try await catalog.requestCheck(of: source.id)
        return try await answer(source, "asked for a sync", context)
    }

    @Sendable func pauseConnector(_ request: Request, _ context: WebContext) async throws -> Response {
        let (source, _) = try await fetchedConnector(context)
        try await catalog.updateFeed(of: source.id, key: nil, schedule: nil, isPaused: true)
        return try await answer(source, "paused data source", context)
    }

    @Sendable func resumeConnector(_ request: Request, _ context: WebContext) async throws -> Response {
        let (source, _) = try await fetchedConnector(context)
        try await catalog.updateFeed(of: source.id, key: nil, schedule: nil, isPaused: false)
        return try await answer(source, "resumed data source", context)
    }

    @Sendable func scheduleConnector(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let (source, feed) = try await fetchedConnector(context)
        let (file, schedule) = (try body.text("fileName"), try body.text("schedule"))
        guard !file.isEmpty || !schedule.isEmpty else {
            throw WebError.badRequest("schedule: say when it is fetched, such as 1h, or fileName what.")
        }
        try await change(
            source, feed, key: file.isEmpty ? nil : file, schedule: schedule.isEmpty ? nil : schedule, by: context)
        return try await answer(source, "changed data source", context)
    }
}

extension ExternalSource {
    fileprivate var json: JSONValue {
        let access =
            switch settings.access {
            case .role: "ROLE"
            case .keys: "ACCESS_KEY"
            case .ambient: "AMBIENT"
            case .anonymous: "ANONYMOUS"
            }
        return .object([
            ("id", .string(id)), ("displayName", .string(name)),
            ("type", .string(settings.kind == .s3 ? "S3" : "FOLDER")), ("access", .string(access)),
            ("bucket", .string(settings.bucket)), ("region", .string(settings.region)),
            ("endpoint", .string(settings.endpoint)), ("roleArn", .string(settings.roleARN)),
            ("externalId", .string(externalID)), ("accessKeyId", .string(settings.accessKeyID)),
            ("folder", .string(settings.folder)), ("usedBy", APIAnswer.number(dataSources)),
            ("createdAt", APIAnswer.time(createdAt)), ("testedAt", APIAnswer.time(testedAt)),
            ("testError", .string(testError)),
        ])
    }
}

extension Feed {
    /// What of a connector says where its files come from.
    var json: JSONValue {
        .object([
            ("dataSourceId", .string(externalSourceID)), ("fileName", .string(key)),
            ("schedule", .string(schedule.text)), ("nextCheckAt", APIAnswer.time(nextCheckAt)),
            ("checkedAt", APIAnswer.time(checkedAt)), ("lastError", .string(error)),
            ("failures", APIAnswer.number(Int64(failures))),
        ])
    }
}
