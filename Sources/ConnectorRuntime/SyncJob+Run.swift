import AccessModel
import C1Z
import Logging
import ObjectStorage
import SyncEngine

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension SyncJob {
    /// Syncs into the file, which may be in a bucket.
    ///
    /// - Throws: what stopped the sync; the file then holds what came in.
    static func run(
        _ job: SyncJob, _ connector: any ConnectorClient, _ observer: any SyncObserver, _ log: Logger
    ) async throws {
        let environment = ProcessInfo.processInfo.environment
        guard S3Address.matches(job.file) else {
            return try await run(job, into: job.file, environment, connector, observer, log)
        }
        var remote = try RemoteFile(job.file, copyIn: job.temporaryDirectory, environment: environment, log: log)
        try await remote.fetch(toBeWritten: true)
        let file = remote
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await run(job, into: file.path, environment, connector, observer, log))
        } catch {
            outcome = .failure(error)
        }
        // What came in is stored even if the sync was stopped, so that the next one goes on from there.
        if access(file.path, F_OK) != 0 {
            file.discard()
        } else {
            let storing = Task.detached { try await file.store() }
            do { try await storing.value } catch {
                guard case .failure(let reason) = outcome else { throw error }
                log.error("the file was not stored", metadata: ["error": "\(error)"])
                throw reason
            }
        }
        try outcome.get()
    }

    private static func run(
        _ job: SyncJob, into file: String, _ environment: [String: String], _ connector: any ConnectorClient,
        _ observer: any SyncObserver, _ log: Logger
    ) async throws {
        var options = SyncOptions(
            file: file,
            writing: C1ZWriterOptions(
                temporaryFolder: job.temporaryDirectory, environment: environment,
                engine: StorageEngine(rawValue: job.storageEngine)))
        options.resourceTypes = job.resourceTypes
        options.skipsEntitlementsAndGrants = job.skipEntitlementsAndGrants
        options.targets = job.targets
        options.skipsGrants = job.skipGrants
        options.external = job.externalResourceFile.map {
            ExternalResources(file: $0, heldBy: job.externalEntitlementFilter, traits: job.externalTraits)
        }
        if options.external != nil, !job.targets.isEmpty {
            log.warning("--external-resource-c1z: a targeted sync matches no identities of another file")
        }
        options.workers = job.workers
        let sync = Sync(of: connector, options: options, observer: observer, log: log)
        _ = try await sync.run()
    }
}
