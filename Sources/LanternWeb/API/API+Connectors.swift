import Hummingbird
import LanternCatalog
import LanternSignIn
import Spreadsheets
import WireForm

extension Site {
    // MARK: Connectors, which are the data sources of an application

    private func source(_ context: WebContext) async throws -> DataSource {
        let application = try await application(context.parameters.require("app"), for: context)
        let source = try await catalog.dataSource(context.parameters.require("connector"))
        guard source.applicationID == application.id else { throw WebError.notFound }
        return source
    }

    func changeableSource(_ context: WebContext) async throws -> DataSource {
        let source = try await source(context)
        try requireChange(of: source.applicationID, by: context)
        return source
    }

    @Sendable func listConnectors(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        return APIAnswer.list(try await catalog.dataSources(of: application.id).map(\.json))
    }

    @Sendable func getConnector(_ request: Request, _ context: WebContext) async throws -> Response {
        APIAnswer.json(.object([("connectorView", try await source(context).json)]))
    }

    /// Makes a data source that takes files.
    @Sendable func createConnector(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        let made = try await catalog.addDataSource(to: application.id, kind: .file, named: body.text("displayName"))
        try await record("added data source", on: application.id, detail: made.name, by: context)
        return APIAnswer.json(.object([("connectorView", made.json)]))
    }

    @Sendable func updateConnector(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let source = try await changeableSource(context)
        let values = try body.part("connector")
        let mask = try body.mask(of: ["displayName", "disableCheckBadSync"])
        let isUnchecked = mask.contains("disableCheckBadSync") ? try values.flag("disableCheckBadSync") ?? false : nil
        try await catalog.updateDataSource(
            source.id, name: mask.contains("displayName") ? values.text("displayName") : nil,
            checksAnomalies: isUnchecked.map { !$0 })
        try await record("changed data source", on: source.applicationID, detail: source.name, by: context)
        return APIAnswer.json(.object([("connectorView", try await catalog.dataSource(source.id).json)]))
    }

    @Sendable func deleteConnector(_ request: Request, _ context: WebContext) async throws -> Response {
        let source = try await changeableSource(context)
        _ = try await catalog.removeDataSource(source.id, by: context.requireUser().email)
        imports.wake()
        try await record("removed data source", on: source.applicationID, detail: source.name, by: context)
        return APIAnswer.json(.object([]))
    }

    @Sendable func listSyncs(_ request: Request, _ context: WebContext) async throws -> Response {
        let source = try await source(context)
        let page = try await catalog.importRuns(of: source.applicationID, source: source.id, request.apiPage())
        return APIAnswer.list(page) { $0.json([], warnings: []) }
    }

    /// Says yes to an import that the check of anomalies holds back.
    @Sendable func confirmSyncValid(_ request: Request, _ context: WebContext) async throws -> Response {
        let source = try await changeableSource(context)
        let run = try await catalog.importRun(context.parameters.require("import"))
        guard run.dataSourceID == source.id else { throw WebError.notFound }
        try await catalog.confirmImport(run.id)
        imports.wake()
        try await record("confirmed import", on: source.applicationID, detail: run.fileName, by: context)
        return APIAnswer.json(.object([]))
    }

    // MARK: What the columns of spreadsheets mean

    @Sendable func getMappings(_ request: Request, _ context: WebContext) async throws -> Response {
        APIAnswer.json(try await catalog.mapping(of: source(context).id).json)
    }

    @Sendable func setMappings(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let source = try await changeableSource(context)
        var mapping = SheetMapping(fields: [:])
        for field in try body.parts("fields") {
            guard let known = SheetField(rawValue: try field.text("field")) else {
                let names = SheetField.allCases.map(\.displayName).joined(separator: ", ")
                throw WebError.badRequest("fields: field must be one of \(names).")
            }
            mapping.fields[known] = try field.text("column")
        }
        for attribute in try body.parts("attributes") {
            mapping.attributes[try attribute.text("column")] = try attribute.text("name")
        }
        mapping.dateOrder = try body.choice("dateOrder", ["MONTH_FIRST": .monthFirst, "DAY_FIRST": .dayFirst])
        try await catalog.set(mapping.fields.isEmpty ? nil : mapping, of: source.id)
        try await record("set mappings", on: source.applicationID, detail: source.name, by: context)
        if let newest = source.newest, newest.isSpreadsheet { _ = try await readAgain(newest, preview: false, context) }
        return APIAnswer.json(try await catalog.mapping(of: source.id).json)
    }
}

extension SheetMapping? {
    /// The mapping; lists are empty where headers decide.
    fileprivate var json: JSONValue {
        let fields = (self?.fields ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }
        let attributes = (self?.attributes ?? [:]).sorted { $0.key < $1.key }
        let order: String =
            switch self?.dateOrder {
            case .dayFirst?: "DAY_FIRST"
            case .monthFirst?: "MONTH_FIRST"
            case nil: ""
            }
        return .object([
            (
                "fields",
                .array(fields.map { .object([("field", .string($0.key.rawValue)), ("column", .string($0.value))]) })
            ),
            (
                "attributes",
                .array(attributes.map { .object([("column", .string($0.key)), ("name", .string($0.value))]) })
            ), ("dateOrder", .string(order)),
        ])
    }
}
