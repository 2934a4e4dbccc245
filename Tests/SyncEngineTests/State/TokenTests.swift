import AccessModel
import C1Z
import Foundation
import Testing
import WireForm

@testable import SyncEngine

@Suite struct `the token of a sync` {
    /// Every member of the specification, each action with another marker.
    private static let whole = """
        {"actions_map":{"0000000003":{"id":"0000000003","operation":"list-grants","page_token":"p\\n1",\
        "resource_type_id":"group","resource_id":"g\\u00001","spawned":true},\
        "0000000007":{"id":"0000000007","operation":"list-resources","resource_type_id":"team",\
        "parent_resource_type_id":"org","parent_resource_id":"o1"},\
        "0000000008":{"id":"0000000008","operation":"list-entitlements","page_token":"10001",\
        "type_scoped_planned":true},\
        "0000000009":{"id":"0000000009","operation":"list-grants","resource_type_id":"role","type_scoped":true}},\
        "action_order":["0000000003","0000000007","0000000008","0000000009"],"current_action_id":10,\
        "needs_expansion":true,"has_external_resource_grants":true,"should_fetch_related_resources":true,\
        "should_skip_entitlements_and_grants":true,"should_skip_grants":true,"completed_actions_count":6,\
        "ingest_quality":{"entitlements_dropped":1,"grants_dropped":2,"grant_resources_dropped":3,\
        "expansion_resource_types_dropped":4,"expansions_dropped":5,"invalid_resource_types_observed":6,\
        "invalid_resources_observed":7,"invalid_entitlements_observed":8,"source_cache_replay_blocked":true,\
        "reason_flags":127},"step_durations_ms":{"list-grants":12},\
        "connector_call_stats":{"list-grants":{"count":1,"total_ms":2,"max_ms":3}},\
        "session_store_stats":{"store.get":{"count":1,"total_ms":2,"max_ms":3}},\
        "compaction":{"mode":"fold","partial_count":2},"version":2}
        """

    @Test func `comes back as it was, with all its members`() throws {
        #expect(try SyncState(token: Self.whole).token == Self.whole)
    }

    @Test func `is read into its parts`() throws {
        let state = try SyncState(token: Self.whole)
        #expect(state.stack.map(\.id) == ["0000000003", "0000000007", "0000000008", "0000000009"])
        #expect(state.stack.map(\.operation) == [.listGrants, .listResources, .listEntitlements, .listGrants])
        #expect(state.stack.map(\.isSpawned) == [true, false, false, false])
        #expect(state.stack.map(\.hasPlannedTypeScoped) == [false, false, true, false])
        #expect(state.stack.map(\.isTypeScoped) == [false, false, false, true])
        #expect(state.stack[0].resource.hasSameBytes(as: "g\u{0}1"))
        #expect(state.stack[0].pageToken == "p\n1")
        #expect(state.stack[1].parentType == "org" && state.stack[1].parent == "o1")
        #expect(state.nextID == 10 && state.completed == 6)
        #expect(state.needsExpansion && state.hasExternalGrants && state.fetchesRelatedResources)
        #expect(state.skipsEntitlementsAndGrants && state.skipsGrants)
        #expect(state.quality?.counts[.invalidResources] == 7)
        #expect(state.quality?.invalid == 21)
        #expect(state.quality?.dropped == 15)
    }

    @Test func `has version 2 exactly when an action carries a marker`() {
        func version(_ change: (inout SyncAction) -> Void) -> String {
            var state = SyncState(stack: [], nextID: 0, completed: 0)
            var action = SyncAction(.listGrants)
            change(&action)
            state.push(action)
            return String(state.token.suffix(3))
        }
        #expect(version { _ in } == ":1}")
        #expect(version { $0.pageToken = "x" } == ":1}")
        #expect(version { $0.isSpawned = true } == ":2}")
        #expect(version { $0.isTypeScoped = true } == ":2}")
        #expect(version { $0.hasPlannedTypeScoped = true } == ":2}")
        #expect(SyncState(stack: [], nextID: 0, completed: 0).token == #"{"version":1}"#)
    }

    @Test func `that is empty begins with init`() throws {
        let state = try SyncState(token: "")
        #expect(state.stack.map(\.operation) == [.initialize])
        #expect(state.stack.map(\.id) == ["0000000000"])
        #expect(state.nextID == 1)
        #expect(state.quality != nil)
    }

    @Test func `of version 0 has its current action on top`() throws {
        let state = try SyncState(
            token: """
                {"actions":[{"operation":"grant-expansion"},{"operation":"list-grants","resource_type_id":"group",\
                "resource_id":"g1","page_token":"5"}],"current_action":{"operation":"list-entitlements"},\
                "needs_expansion":true,"should_skip_grants":true,"completed_actions_count":4}
                """)
        #expect(state.stack.map(\.operation) == [.expandGrants, .listGrants, .listEntitlements])
        #expect(state.stack.map(\.id) == ["0000000000", "0000000001", "0000000002"])
        #expect(state.stack[1].pageToken == "5")
        #expect(state.nextID == 3 && state.completed == 4)
        #expect(state.needsExpansion && state.skipsGrants)
        #expect(state.quality == nil)
        #expect(state.token.hasSuffix(#""version":1}"#))
    }

    @Test(arguments: [
        #"{"version":3,"actions_map":{"0000000001":{"operation":"list-grants"}},"action_order":["0000000001"]}"#,
        #"{"version":0}"#, #"{"current_action":null}"#, "{}",
    ]) func `of an unknown version starts over`(token: String) throws {
        #expect(try SyncState(token: token).top == nil)
    }

    @Test func `keeps what it doesn't know from breaking it`() throws {
        let state = try SyncState(
            token: """
                {"exclusion_group_counts":{"a":1},"exclusion_group_defaults":{},"novelty":[1,{"x":null}],\
                "actions_map":{"0000000004":{"id":"0000000004","operation":"list-resources","novelty":true}},\
                "action_order":["0000000004","0000000005"],"current_action_id":6,"version":1}
                """)
        #expect(state.stack.map(\.id) == ["0000000004"])
    }

    @Test func `of an expansion loses its page token, whose graph it doesn't carry`() throws {
        let token = """
            {"actions_map":{"0000000001":{"id":"0000000001","operation":"grant-expansion","page_token":"77"}},\
            "action_order":["0000000001"],"current_action_id":2,"entitlement_graph":{"loaded":true},"version":1}
            """
        let state = try SyncState(token: token)
        #expect(state.top?.pageToken == "")
        #expect(!state.token.contains("77"))
        #expect(!state.token.contains("entitlement_graph"))
    }

    @Test(arguments: ["x", "[]", "\"a\"", "{\"version\":1", "\u{0}"]) func `that is broken is an error`(token: String) {
        #expect(throws: WireError.self) { try SyncState(token: token) }
    }

    @Test func `with a step nobody knows is an error that names it`() {
        let error = #expect(throws: ServiceError.self) {
            try SyncState(
                token: """
                    {"actions_map":{"0000000001":{"id":"0000000001","operation":"dance"}},"action_order":["0000000001"],\
                    "version":1}
                    """)
        }
        #expect(error?.message.contains("unexpected sync step \"dance\"") == true)
    }

    @Test func `never hands out an id twice, whatever it says`() throws {
        var state = try SyncState(
            token: """
                {"actions_map":{"0000000009":{"id":"0000000009","operation":"list-grants"}},\
                "action_order":["0000000009","0000000009"],"current_action_id":3,"version":1}
                """)
        #expect(state.stack.count == 1)
        state.push(SyncAction(.listResources))
        #expect(state.top?.id == "0000000010")
    }

    @Test func `survives numbers of any size`() throws {
        for number in ["9223372036854775807", "18446744073709551615", "-1", "1e300", "1.5"] {
            var state = try SyncState(
                token: """
                    {"current_action_id":\(number),"completed_actions_count":\(number),"ingest_quality":\
                    {"entitlements_dropped":\(number),"grants_dropped":\(number),"grant_resources_dropped":\(number),\
                    "invalid_resources_observed":\(number),"reason_flags":\(number)},"version":1}
                    """)
            state.push(SyncAction(.listGrants))
            state.finish(state.top?.id ?? "")
            state.quality?.add(.grantsDropped, .max)
            _ = (state.quality?.dropped, state.quality?.invalid, state.token)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `holds very many actions`() throws {
        var state = SyncState(stack: [], nextID: 0, completed: 0)
        for number in 0..<10_000 {
            var action = SyncAction(.listGrants)
            action.resourceType = "group"
            action.resource = "g\(number)"
            state.push(action)
        }
        var copy = try SyncState(token: state.token)
        #expect(copy.stack.count == 10_000)
        while !copy.stack.isEmpty {
            for action in copy.batch(limit: 100) {
                copy.update(action.id) { $0.pageToken = "1" }
                copy.finish(action.id)
            }
        }
        #expect(copy.completed == 10_000)
    }
}
