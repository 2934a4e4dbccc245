import AccessModel
public import LanternCatalog
public import Logging

/// Looks at what data sources are fetched from, when each is due, and puts what is new in line.
public actor SourcePoller {
    private let catalog: any Catalog
    /// What files are fetched from.
    public nonisolated let stores: ExternalStores
    private let limit: Int64
    private let log: Logger
    /// Called when files were put in line.
    private let fetched: @Sendable () -> Void
    private let health: SourceHealth
    /// Called when a step was reached; tests stop there.
    private let reached: @Sendable (Step) -> Void
    private let calls: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    /// What each data source that is being looked at is fetched from.
    private var busy: [String: String] = [:]

    enum Step: String, Sendable { case looked, fetched, noted }

    /// How many data sources are looked at at once.
    private static let atOnce = 4
    /// How many of them may be fetched from one place: one that doesn't answer must not keep the others waiting.
    private static let atOnceFromOne = 2
    /// How often it is looked which are due.
    private static let pause = Duration.seconds(5)

    /// - Parameters:
    ///   - health: takes note of what goes wrong.
    ///   - limit: most bytes of a file that is fetched.
    ///   - fetched: called when a file was put in line.
    public init(
        _ catalog: any Catalog, _ stores: ExternalStores, _ health: SourceHealth, limit: Int64, log: Logger,
        fetched: @escaping @Sendable () -> Void
    ) {
        self.init(catalog, stores, health, limit: limit, log: log, fetched: fetched, reached: { _ in })
    }

    init(
        _ catalog: any Catalog, _ stores: ExternalStores, _ health: SourceHealth, limit: Int64, log: Logger,
        fetched: @escaping @Sendable () -> Void, reached: @escaping @Sendable (Step) -> Void
    ) {
        self.reached = reached
        self.catalog = catalog
        self.stores = stores
        self.limit = limit
        self.log = log
        self.fetched = fetched
        self.health = health
        (calls, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that there may be something to do.
    public nonisolated func wake() { bell.yield() }

    /// Looks at each data source when it is due, until it is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                // Ends with the cancellation of the whole.
                while (try? await Task.sleep(for: Self.pause)) != nil { self.wake() }
            }
            await begin(in: &group)
            for await _ in calls { await begin(in: &group) }
        }
    }

    /// Begins with those that are due, as far as there is room.
    private func begin(in group: inout DiscardingTaskGroup) async {
        do {
            for due in try await catalog.dueDataSources() where busy.count < Self.atOnce {
                guard busy[due.id] == nil,
                    busy.values.count(where: { $0 == due.externalSource }) < Self.atOnceFromOne
                else { continue }
                busy[due.id] = due.externalSource
                group.addTask {
                    // What can't be noted stays due: it waits, so that it isn't looked at over and over.
                    if await !self.look(at: due.id) { try? await Task.sleep(for: Self.patience) }
                    await self.end(due.id)
                }
            }
        } catch {
            log.error("data sources can't be looked at", error: error)
        }
    }

    /// How long a data source is left alone of which nothing can be noted.
    private static let patience = Duration.seconds(60)

    private func end(_ id: String) {
        busy[id] = nil
        // Another one may have waited for room.
        wake()
    }

    /// Looks at those that are due now, one after the other.
    ///
    /// - Parameter ids: only at these; at all when nil.
    public func look(atDue ids: Set<String>? = nil) async throws {
        for due in try await catalog.dueDataSources() where ids?.contains(due.id) ?? true {
            _ = await look(at: due.id)
        }
    }

    /// - Returns: whether what came of it could be noted.
    private func look(at id: String) async -> Bool {
        do {
            let source = try await catalog.dataSource(id)
            do {
                try await check(source)
            } catch let error where !(error is FeedChanged) && !(error is CancellationError) && !Task.isCancelled {
                try await health.failed(source, error)
            }
            return true
        } catch is FeedChanged {
            // What is to be fetched by now is due by itself.
            return true
        } catch let error as CatalogError where error.statusCode == .notFound {
            return true
        } catch {
            guard !Task.isCancelled else { return true }
            log.error("a look at a data source can't be noted", error: error, metadata: ["source": "\(id)"])
            return false
        }
    }

    private func check(_ source: DataSource) async throws {
        guard let feed = source.feed else { return }
        let store = try await stores.store(of: try await catalog.externalSource(feed.externalSourceID))
        guard let object = try await store.object(feed.key) else { throw await missing(feed, in: store) }
        reached(.looked)
        if object.state == feed.objectState {
            guard let newest = source.newest, newest.state == .error else { return try await health.unchanged(source) }
            // What ended its import may have passed; if not, that is told again.
            if catalog.folder.keeps(newest.sha256) {
                let file = ReceivedFile(name: newest.fileName, size: newest.size, sha256: newest.sha256)
                _ = try await catalog.noteFetched(source, file, state: object.state)
                return fetched()
            }
        }
        guard let (file, fetchedObject) = try await store.fetch(feed.key, into: catalog.folder, limit: limit) else {
            throw await missing(feed, in: store)
        }
        reached(.fetched)
        let run = try await catalog.noteFetched(source, file, state: fetchedObject.state)
        reached(.noted)
        log.info(
            "file fetched", metadata: ["source": "\(source.id)", "import": "\(run.id)", "bytes": "\(file.size)"])
        fetched()
    }

    /// Says which files there are instead, so that whoever mistyped its name sees it.
    private func missing(_ feed: Feed, in store: any ObjectStore) async -> CatalogError {
        let found: String
        do {
            let keys = try await store.keys(like: feed.key)
            found =
                keys.isEmpty
                ? "There is no file that could be imported." : "There are: \(keys.joined(separator: ", "))."
        } catch {
            found = "What is there can't be listed: \(error)"
        }
        return CatalogError(.notFound, "object not found: \(feed.key). \(found)")
    }
}
