import AccessModel
import BatonWire
import ConnectorKit
import Synchronization
import Testing

@testable import DemoConnector

@Suite struct `a fault on purpose` {
    @Test(arguments: [("unavailable", StatusCode.unavailable), ("internal", .internal), ("notfound", .notFound)])
    func `strikes the call that was named, and only once`(name: String, code: StatusCode) async throws {
        let connector = try await DemoConnector([
            "scale": .string("5,1,5"), "fail-at": .int(2), "fail-with": .string(name),
        ])
        let syncer = try #require(connector.syncers.last)
        let group = try #require(try await syncer.resources(under: nil, page: PageRequest()).rows.first)
        let error = await #expect(throws: ServiceError.self) {
            try await syncer.entitlements(of: group, page: PageRequest())
        }
        #expect(error?.code == code)
        #expect(try await syncer.entitlements(of: group, page: PageRequest()).rows.count == 1)
        #expect(try await syncer.grants(on: group, page: PageRequest()).rows.count == 5)
    }

    @Test func `takes no ability away and adds none`() async throws {
        let generated = try await DemoConnector(["scale": .string("5,1,5"), "fail-at": .int(1)]).syncers[0]
        let targeted = try #require(generated as? any TargetedSyncer)
        #expect(
            try await targeted.resource(ResourceID("user", "u0000004"), under: nil, session: NoSession())?.id.resource
                == "u0000004")
        let example = try await DemoConnector(["fail-at": .int(1)]).syncers
        #expect(example.count == 4 && example.allSatisfy { $0 is any TargetedSyncer })
        #expect(example.map { $0 is any GrantProvisioner } == [false, true, true, false])
    }

    @Test func `counts calls over all types`() async throws {
        let connector = try await DemoConnector(["scale": .string("5,1,5"), "fail-at": .int(2)])
        let (users, groups) = (connector.syncers[0], connector.syncers[1])
        _ = try await users.resources(under: nil, page: PageRequest())
        await #expect(throws: ServiceError.self) { try await groups.resources(under: nil, page: PageRequest()) }
    }

    @Test func `delays by the clock it was given`() async throws {
        let clock = RecordingClock()
        let faults = Faults(failingCall: 0, code: .unavailable, delay: .milliseconds(30), clock: clock)
        try await faults.strike()
        try await faults.strike()
        #expect(clock.slept == .milliseconds(60))
    }

    @Test(arguments: [
        ("fail-at", GivenValue.int(-1)), ("fail-with", .string("fire")), ("delay-ms", .int(-1)),
        ("delay-ms", .int(.max)),
    ]) func `that can't be is refused with its flag`(flag: String, value: GivenValue) async throws {
        let error = await #expect(throws: ServiceError.self) {
            try await DemoConnector(["scale": .string("5,1,5"), flag: value])
        }
        #expect(error?.message.contains("--" + flag) == true)
    }
}

/// A clock on which sleep takes no time and is added up.
private final class RecordingClock: Clock {
    typealias Instant = ContinuousClock.Instant
    private let start = ContinuousClock.now
    private let total = Mutex(Duration.zero)

    var slept: Duration { total.withLock { $0 } }
    var now: Instant { start + slept }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        total.withLock { $0 = max($0, deadline - start) }
    }
}
