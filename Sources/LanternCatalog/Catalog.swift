public import Spreadsheets

/// What the server knows: applications, who has access to what in them, and how that came about.
///
/// Pages and API ask nothing else. One implementation keeps it in SQLite; others must answer alike: lists in pages whose cost doesn't
/// grow with the table, counts that are exact, and readers who see the state before an import or after it.
public protocol Catalog: Sendable {
    /// Where uploaded files are.
    var folder: DataFolder { get }

    // MARK: Applications

    /// Makes an application.
    func createApplication(named name: String, description: String) async throws -> Application

    /// Gives an application another name or description.
    func updateApplication(_ id: String, name: String?, description: String?) async throws

    /// Deletes an application; it can still be asked for by its id.
    func deleteApplication(_ id: String) async throws

    /// Gives an application a picture, or takes it away.
    func setIcon(_ picture: Picture?, ofApplication id: String) async throws

    /// The picture of an application; nil when it has none.
    func icon(ofApplication id: String) async throws -> Picture?

    /// The application with an id, even when it was deleted.
    func application(_ id: String) async throws -> Application

    /// Applications in the order of their names.
    func applications(_ page: PageRequest, matching text: String, among ids: Set<String>?) async throws -> Page<
        Application
    >

    /// How many applications there are, of those with the text in their names and one of the ids.
    func applicationCount(matching text: String, among ids: Set<String>?) async throws -> Int64

    /// The application with a name; nil when there is none.
    func application(named name: String) async throws -> Application?

    // MARK: Data sources

    /// Adds a data source to an application.
    func addDataSource(to application: String, kind: DataSource.Kind, named name: String) async throws -> DataSource

    /// The data sources of an application, the oldest first.
    func dataSources(of application: String) async throws -> [DataSource]

    /// The data source of an application that a file is most likely meant for; nil when it needs one of its own.
    func fittingSource(for file: ReceivedFile, of application: String) async throws -> DataSource?

    /// The data source with an id.
    func dataSource(_ id: String) async throws -> DataSource

    /// Adds a data source to an application that is fetched from an external data source, at once and then by its schedule.
    func addDataSource(
        to application: String, fetching key: String, from externalSource: String, _ schedule: Schedule,
        named name: String
    ) async throws -> DataSource

    /// Changes what a data source fetches, or when.
    func updateFeed(of id: String, key: String?, schedule: Schedule?, isPaused: Bool?) async throws

    /// Has a data source looked at now, and then by its schedule, also when it was paused.
    func requestCheck(of id: String) async throws

    /// The looks at what a data source is fetched from, the newest first.
    func checks(of source: DataSource, limit: Int) async throws -> [Check]

    /// The ids of the data sources that are to be looked at by now, and of what they are fetched from; the one that has waited longest
    /// first.
    func dueDataSources() async throws -> [(id: String, externalSource: String)]

    /// Notes how the import of a file that was fetched ended; returns how often in a row the data source has failed now, or had until now.
    func noteImport(of source: DataSource, error: String) async throws -> Int

    /// Notes a look at which there was nothing new.
    func noteUnchanged(_ source: DataSource) async throws

    /// Notes a look that failed; returns how often in a row it has failed now.
    func noteFailure(_ source: DataSource, _ error: String) async throws -> Int

    /// Puts a file that was fetched in line, and notes which content it is.
    func noteFetched(_ source: DataSource, _ file: ReceivedFile, state: String) async throws -> ImportRun

    /// Sets how a data source is treated.
    func updateDataSource(_ id: String, name: String?, checksAnomalies: Bool?) async throws

    /// Puts the removal of a data source in line: what only it told of goes, as if a file had come that holds nothing.
    func removeDataSource(_ id: String, by actor: String) async throws -> ImportRun

    // MARK: External data sources

    /// The external data sources, by name.
    func externalSources() async throws -> [ExternalSource]

    /// The external data source with an id.
    func externalSource(_ id: String) async throws -> ExternalSource

    /// Adds an external data source, which gets an external ID of its own.
    func addExternalSource(
        named name: String, _ settings: ExternalSource.Settings, seal: (_ id: String) throws -> [UInt8]
    ) async throws -> ExternalSource

    /// Changes an external data source.
    func updateExternalSource(
        _ id: String, named name: String, _ settings: ExternalSource.Settings, sealedSecret: [UInt8]?
    ) async throws

    /// Removes an external data source that nothing is fetched from any more.
    func removeExternalSource(_ id: String) async throws

    /// Notes how the test of an external data source ended.
    func noteTest(ofExternalSource id: String, error: String) async throws

    /// The data sources that are fetched from an external data source, by application.
    func dataSources(fetchedFrom externalSource: String) async throws -> [DataSource]

    // MARK: Imports

    /// Puts a file that was received in line; those of the same data source that still wait are skipped for it.
    func enqueue(_ file: ReceivedFile, for source: String, _ order: ImportOrder) async throws -> ImportRun

    /// The import with an id.
    func importRun(_ id: String) async throws -> ImportRun

    /// The imports of an application or data source, the newest first.
    func importRuns(of application: String, source: String?, _ page: PageRequest) async throws -> Page<ImportRun>

    /// What an import counted, in the order in which people want to see it.
    func counts(of run: ImportRun) async throws -> [ImportCount]

    /// What an import warned of; the first hundred.
    func warnings(of run: ImportRun) async throws -> [String]

    /// Says no to an import that waits.
    func cancelImport(_ id: String) async throws

    /// Says yes to an import that waits for it.
    func confirmImport(_ id: String) async throws

    /// Takes what a crash interrupted up again: nothing of it was applied, and its file is kept.
    func recoverImports() async throws

    /// What an import that waits for a decision would change.
    func preview(of run: ImportRun, _ kind: ImportCount.Kind, _ page: PageRequest) async throws -> Page<ListedChange>

    // MARK: Spreadsheets

    /// What was chosen for the spreadsheets of a data source; nil when their headers decide.
    func mapping(of source: String) async throws -> SheetMapping?

    /// Chooses what the columns of a data source's spreadsheets mean; nil lets their headers decide again.
    func set(_ mapping: SheetMapping?, of source: String) async throws

    /// The columns of the file of an import, with examples of what is in them.
    func sample(of run: ImportRun) async throws -> SheetSample

    /// What was wrong with the rows of an import's file, row by row; the first hundred thousand.
    func problems(of run: ImportRun, _ page: PageRequest) async throws -> Page<SheetProblem>

    // MARK: Accounts and other resources

    /// Resources in the order of their kinds and names.
    func resources(_ query: ResourceQuery, _ page: PageRequest) async throws -> Page<ListedResource>

    /// The secrets of an application, in the order of their names.
    func secrets(_ query: ResourceQuery, _ page: PageRequest) async throws -> Page<ListedSecret>

    /// How many resources a list has in all, counted up to ten thousand when words or a status narrow it.
    func resourceCount(_ query: ResourceQuery) async throws -> RowCount

    /// The resource with an id as it is, or as it last was.
    func resource(_ id: String) async throws -> ListedResource

    /// All that is told of resources, as it is or last was, in their order.
    func records(of resources: [ListedResource]) async throws -> [ResourceRecord]

    /// The resource types of an application, by name.
    func resourceTypes(of application: String) async throws -> [ListedType]

    // MARK: Entitlements

    /// Entitlements in the order of their names; when words are asked for, in the order in which they were first seen.
    func entitlements(_ query: EntitlementQuery, _ page: PageRequest) async throws -> Page<ListedEntitlement>

    /// How many entitlements a list has in all, counted up to ten thousand when something narrows it.
    func entitlementCount(_ query: EntitlementQuery) async throws -> RowCount

    /// The entitlement with an id as it is, or as it last was.
    func entitlement(_ id: String) async throws -> ListedEntitlement

    // MARK: Grants, and why

    /// Grants, entitlement by entitlement.
    func grants(_ query: GrantQuery, _ page: PageRequest) async throws -> Page<ListedGrant>

    /// How many grants a list has in all, counted up to ten thousand.
    func grantCount(_ query: GrantQuery) async throws -> RowCount

    /// One grant as it is, or as it last was.
    func grant(of entitlement: String, to principal: String) async throws -> ListedGrant

    /// Why a principal holds an entitlement: every way that leads there, the shortest first.
    func explain(entitlement: String, principal: String, at moment: Moment) async throws -> Explanation

    /// The ids of the entitlements from which each of these grants follows at once; none for one that is only held directly.
    func sources(of grants: [ListedGrant]) async throws -> [[String]]

    // MARK: People

    /// People in the order of their names.
    func people(_ page: PageRequest, matching text: String, among ids: Set<String>) async throws -> Page<Person>

    /// How many people there are, of those in whose name or address the text stands.
    func personCount(matching text: String) async throws -> RowCount

    /// The person with an id.
    func person(_ id: String) async throws -> Person

    /// The person who answers for an account; nil when nobody does.
    func owner(of account: ListedResource) async throws -> Person?

    /// The person with an address, in any case; nil when nobody is known by it.
    func person(email: String) async throws -> Person?

    /// The accounts of a person in all applications, by application.
    func accounts(of person: Person) async throws -> [ListedResource]

    // MARK: What people set by hand

    /// Changes what people may set about accounts or other resources, all of them or none, and notes who did.
    func edit(resources ids: [String], _ edits: ResourceEdits, by actor: String) async throws

    /// Changes what people may set about an entitlement, and notes who did.
    func edit(entitlement id: String, _ edits: EntitlementEdits, by actor: String) async throws

    // MARK: What was, and what changed

    /// The revision that held at a time; nil when there was none yet.
    func revision(at time: Int64) async throws -> Revision?

    /// The revisions of an application, the newest first.
    func revisions(of application: String, limit: Int) async throws -> [Revision]

    /// What is different in an application after `to`, compared with after `from`; 0 stands for before the first.
    func changes(in application: String, from: Int64, to: Int64, of kind: ImportCount.Kind, _ page: PageRequest)
        async throws -> Page<ListedChange>

    /// What happened to an account or another resource, the newest first.
    func history(ofResource id: String, _ page: PageRequest) async throws -> Page<HistoryEntry>

    /// What happened to an entitlement, the newest first.
    func history(ofEntitlement id: String, _ page: PageRequest) async throws -> Page<HistoryEntry>

    // MARK: Search

    /// Searches everything for what the words begin; some of each kind.
    func search(_ text: String, limit: Int, among ids: Set<String>?) async throws -> [Finding]

    // MARK: State

    /// How many imports are in each state.
    func importStates() async throws -> [(state: String, count: Int64)]
}

extension SQLiteCatalog: Catalog {}

extension Catalog {
    /// Makes an application.
    public func createApplication(named name: String) async throws -> Application {
        try await createApplication(named: name, description: "")
    }

    /// Applications in the order of their names.
    public func applications(_ page: PageRequest) async throws -> Page<Application> {
        try await applications(page, matching: "", among: nil)
    }

    /// How many applications there are.
    public func applicationCount() async throws -> Int64 {
        try await applicationCount(matching: "", among: nil)
    }

    /// The imports of an application or data source, the newest first.
    public func importRuns(of application: String, _ page: PageRequest) async throws -> Page<ImportRun> {
        try await importRuns(of: application, source: nil, page)
    }

    /// People in the order of their names.
    public func people(_ page: PageRequest) async throws -> Page<Person> {
        try await people(page, matching: "", among: [])
    }

    /// Changes what people may set about an account or another resource, and notes who did.
    public func edit(resource id: String, _ edits: ResourceEdits, by actor: String) async throws {
        try await edit(resources: [id], edits, by: actor)
    }

    /// All that is told of a resource, as it is or last was.
    public func record(of resource: ListedResource) async throws -> ResourceRecord {
        try await records(of: [resource])[0]
    }

    /// Searches everything for what the words begin; some of each kind.
    public func search(_ text: String, limit: Int) async throws -> [Finding] {
        try await search(text, limit: limit, among: nil)
    }
}
