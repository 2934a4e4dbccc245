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
    /// Called when a data source failed or works again, with how often it has failed in a row.
    private let told: @Sendable (DataSource, SourceEvent) async -> Void
    /// Called when a step was reached; tests stop there.
    private let reached: @Sendable (Step) -> Void
    private let calls: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private var busy: Set<String> = []

    enum Step: String, Sendable { case looked, fetched, noted }

    /// How many data sources are looked at at once.
    private static let atOnce = 4
    /// How often it is looked which are due.
    private static let pause = Duration.seconds(5)

    /// - Parameters:
    ///   - limit: most bytes of a file that is fetched.
    ///   - fetched: called when a file was put in line.
    ///   - told: called when a data source fails, or works again.
    public init(
        _ catalog: any Catalog, _ stores: ExternalStores, limit: Int64, log: Logger,
        fetched: @escaping @Sendable () -> Void,
        told: @escaping @Sendable (DataSource, SourceEvent) async -> Void = { _, _ in }
    ) {
        self.init(catalog, stores, limit: limit, log: log, fetched: fetched, told: told, reached: { _ in })
    }

    init(
        _ catalog: any Catalog, _ stores: ExternalStores, limit: Int64, log: Logger,
        fetched: @escaping @Sendable () -> Void,
        told: @escaping @Sendable (DataSource, SourceEvent) async -> Void = { _, _ in },
        reached: @escaping @Sendable (Step) -> Void
    ) {
        self.reached = reached
        self.catalog = catalog
        self.stores = stores
        self.limit = limit
        self.log = log
        self.fetched = fetched
        self.told = told
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
            for source in try await catalog.dueDataSources() where busy.count < Self.atOnce {
                guard busy.insert(source.id).inserted else { continue }
                group.addTask {
                    await self.look(at: source)
                    await self.end(source)
                }
            }
        } catch {
            log.error("data sources can't be looked at", error: error)
        }
    }

    private func end(_ source: DataSource) {
        busy.remove(source.id)
        // Another one may have waited for room.
        wake()
    }

    /// Looks at those that are due now, one after the other.
    ///
    /// - Parameter ids: only at these; at all when nil.
    public func look(atDue ids: Set<String>? = nil) async throws {
        for source in try await catalog.dueDataSources() where ids?.contains(source.id) ?? true {
            await look(at: source)
        }
    }

    private func look(at source: DataSource) async {
        do {
            do {
                try await check(source)
                if let feed = source.feed, feed.failures > 0 { await told(source, .recovered(after: feed.failures)) }
            } catch let error where !(error is CancellationError) && !Task.isCancelled {
                let failures = try await catalog.noteFailure(source, "\(error)")
                log.notice(
                    "data source can't be fetched", error: error,
                    metadata: ["source": "\(source.id)", "failures": "\(failures)"])
                await told(source, .failed("\(error)", times: failures))
            }
        } catch is CancellationError {
            return
        } catch {
            guard !Task.isCancelled else { return }
            log.error("a look at a data source can't be noted", error: error, metadata: ["source": "\(source.id)"])
        }
    }

    private func check(_ source: DataSource) async throws {
        guard let feed = source.feed else { return }
        let store = try stores.store(of: try await catalog.externalSource(feed.externalSourceID))
        guard let object = try await store.object(feed.key) else { throw await missing(feed, in: store) }
        reached(.looked)
        if object.state == feed.objectState {
            // Its owners have to hear that nothing new has arrived, also when what is there can't be imported.
            if let newest = source.newest, newest.state == .error {
                throw CatalogError(
                    .failedPrecondition, "\(feed.key): is unchanged, and couldn't be imported: \(newest.error)")
            }
            return try await catalog.noteUnchanged(source)
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

/// What became of a look at a data source.
public enum SourceEvent: Sendable {
    /// It failed, for so many times in a row.
    case failed(String, times: Int)
    /// It works again, after it failed so often.
    case recovered(after: Int)
}
