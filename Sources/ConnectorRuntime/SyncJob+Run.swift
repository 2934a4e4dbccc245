import AccessModel
import C1Z
import Logging
import SyncEngine

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SyncJob {
    /// Syncs into the file.
    ///
    /// - Throws: what stopped the sync; the file then holds what came in.
    static func run(
        _ job: SyncJob, _ connector: any ConnectorClient, _ observer: any SyncObserver, _ log: Logger
    ) async throws {
        try job.refuseWhatIsMissing()
        let environment = ProcessInfo.processInfo.environment
        var options = SyncOptions(
            file: job.file,
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

    /// Ways to sync that this version lacks end here, before anything is touched.
    private func refuseWhatIsMissing() throws {
        if file.hasPrefix("s3://") { throw missing("--file", "can't be an s3:// address yet; name a local file") }
    }

    private func missing(_ flag: String, _ problem: String) -> ServiceError {
        ServiceError(.unimplemented, "\(flag) \(problem)")
    }
}
