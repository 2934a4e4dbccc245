import AccessModel
import HTTPTypes
import Hummingbird
import LanternCatalog
import LanternSignIn
import Spreadsheets

extension Site {
    // MARK: Set mappings

    @Sendable func showMappings(_ request: Request, _ context: WebContext) async throws -> Response {
        let (source, application) = try await changedSource(context)
        guard let run = source.newest else {
            throw WebError(
                .conflict, .failedPrecondition, "\(source.name): has no file yet. Import a spreadsheet first.")
        }
        let sample = try await catalog.sample(of: run)
        return mappingPage(source, application, sample, sample.mapping, context)
    }

    @Sendable func takeMappings(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let (source, application) = try await changedSource(context)
        guard let run = source.newest else { throw WebError.notFound }
        if form["act"] == "reset" {
            try await catalog.set(nil, of: source.id)
        } else {
            let sample = try await catalog.sample(of: run)
            let mapping = Self.mapping(form, sample)
            do throws(SpreadsheetError) {
                let columns = try ColumnMapping(
                    explicit: mapping.fields, attributes: mapping.attributes, headers: sample.headers)
                try columns.checkRequired()
            } catch {
                return mappingPage(source, application, sample, mapping, context, problem: error.description)
            }
            try await catalog.set(mapping, of: source.id)
        }
        try await record("set mappings", on: application.id, detail: source.name, by: context)
        return see("/imports/\(try await readAgain(run, preview: true, context).id)")
    }

    /// Reads the file of an import once more, as its columns are understood now.
    func readAgain(_ run: ImportRun, preview: Bool, _ context: WebContext) async throws -> ImportRun {
        var order = ImportOrder(by: try context.requireUser().email, through: run.transport)
        order.wantsPreview = preview
        let again = try await catalog.enqueue(
            ReceivedFile(name: run.fileName, size: run.size, sha256: run.sha256), for: run.dataSourceID, order)
        imports.wake()
        return again
    }

    /// The data source that an address names, for who may change it.
    func changedSource(_ context: WebContext) async throws -> (DataSource, Application) {
        let source = try await catalog.dataSource(context.parameters.require("source"))
        let application = try await application(source.applicationID, for: context)
        try requireChange(of: application.id, by: context)
        return (source, application)
    }

    private static func mapping(_ form: Form, _ sample: SheetSample) -> SheetMapping {
        var mapping = SheetMapping(fields: [:], dateOrder: DateOrder(rawValue: form["date_order"]))
        for (place, field) in SheetField.allCases.enumerated() where !form["field-\(place)"].isEmpty {
            mapping.fields[field] = form["field-\(place)"]
        }
        for (place, header) in sample.headers.enumerated() where !form["attribute-\(place)"].isEmpty {
            mapping.attributes[header] = form["attribute-\(place)"]
        }
        return mapping
    }

    private func mappingPage(
        _ source: DataSource, _ application: Application, _ sample: SheetSample, _ mapping: SheetMapping,
        _ context: WebContext, problem: String = ""
    ) -> Response {
        let headers = sample.headers.filter { !$0.isEmpty }
        let fields = SheetField.allCases.enumerated().map { place, field -> [HTML] in
            let choices = [("", "Not in the file")] + headers.map { ($0, $0) }
            let chosen = mapping.fields[field] ?? ""
            let required: HTML =
                SheetFocus.identities.requiredFields.contains(field)
                ? " <span class=\"muted\">needed</span>"
                : SheetFocus.grants.requiredFields.contains(field)
                    ? " <span class=\"muted\">needed for grants</span>" : .blank
            return [
                "\(field.displayName)\(required)",
                select("field-\(place)", "Column for \(field.displayName)", choices, chosen),
            ]
        }
        let columns = sample.headers.enumerated().filter { !$0.element.isEmpty }.map { place, header -> [HTML] in
            let examples = sample.values[place].joined(separator: " · ")
            return [
                "\(header)", "<span class=\"muted\">\(examples)</span>",
                """
                <label class="hidden" for="attribute-\(place)">Attribute for \(header)</label>
                <input id="attribute-\(place)" name="attribute-\(place)" value="\(mapping.attributes[header] ?? "")" autocomplete="off">
                """,
            ]
        }
        let found =
            sample.dateOrder.map { "As the dates show (\($0 == .dayFirst ? "day first" : "month first"))" }
            ?? "As the dates show"
        let orders = [
            ("", found), (DateOrder.monthFirst.rawValue, "Month first: 03/04 is the 4th of March"),
            (DateOrder.dayFirst.rawValue, "Day first: 03/04 is the 3rd of April"),
        ]
        let missing: HTML =
            problem.isEmpty
            ? (sample.missing.isEmpty
                ? .blank
                : Components.notice(
                    "<p>No column is \(sample.missing.map(\.displayName).joined(separator: ", ")) yet.</p>", .warn))
            : Components.notice("<p>\(problem)</p>", .bad)
        return applicationPage(
            application, tab: "Data sources", context,
            """
            <h2>\(Icon.dataSource.html)Set data value mappings</h2>
            <p class="muted">Which column of \(source.fileName) means what. It stays when the file of \(source.name) is replaced.</p>
            \(missing)
            <form method="post" action="/data-sources/\(source.id)/mappings">
            \(context.session.map(Components.token))
            \(Components.table("Values", ["Value", "Column"], fields))
            <h3>Columns of the file</h3>
            <p class="muted">A column with a name of its own becomes an attribute of the accounts.</p>
            \(Components.table("Columns", ["Column", "Examples", "Keep as attribute"], columns))
            <div class="card form"><div class="field"><label for="date_order">Dates with slashes</label>\(select("date_order", "Dates with slashes", orders, mapping.dateOrder?.rawValue ?? "", labelled: true))</div></div>
            <div class="row"><button class="button primary" name="act" value="set" type="submit">Set mappings</button>
            <button class="button quiet" name="act" value="reset" type="submit">Go by the headers</button>
            <a class="button quiet" href="/apps/\(application.id)/data-sources">Cancel</a></div>
            </form>
            """, status: problem.isEmpty ? .ok : .badRequest)
    }
}
