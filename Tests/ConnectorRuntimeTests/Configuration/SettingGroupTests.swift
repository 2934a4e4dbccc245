import ConnectorKit
import Testing

@testable import ConnectorRuntime

private func values(_ given: [String: String]) -> SettingGroups.Values {
    ["url", "token", "key", "extra"].map { name in
        (SettingDeclaration(name, "", kind: .string, isRequired: name != "extra"), .string(given[name] ?? ""))
    }
}

private let token = SettingGroup("by-token", displayName: "Token", settings: ["url", "token"])
private let key = SettingGroup("by-key", displayName: "Key", settings: ["url", "key"])

@Suite struct `one of several ways to set up a connector` {
    private func chosen(
        _ groups: [SettingGroup], by method: String = "", _ given: [String: String] = [:]
    ) throws -> String? {
        try SettingGroups(groups: groups).chosen(by: method, among: values(given))?.name
    }

    @Test func `is the one that is named`() throws {
        #expect(try chosen([token, key], by: "by-key", ["url": "u", "token": "t"]) == "by-key")
        #expect(throws: (any Error).self) { try chosen([token, key], by: "by-magic") }
        #expect(try chosen([], by: "anything") == nil, "there is nothing to choose")
    }

    @Test func `is the first that all is given for, when none is named`() throws {
        #expect(try chosen([token, key], ["url": "u", "key": "k"]) == "by-key")
        #expect(try chosen([token, key], ["url": "u", "key": "k", "token": "t"]) == "by-token")
    }

    @Test func `is the default, else the first, when nothing fits`() throws {
        let standard = SettingGroup("by-magic", displayName: "", settings: ["url", "extra", "key"], isDefault: true)
        #expect(try chosen([token, key], ["key": "k"]) == "by-token")
        #expect(try chosen([token, standard], ["extra": "e"]) == "by-magic")
        #expect(try chosen([token, standard], ["url": "u", "token": "t"]) == "by-token")
    }

    @Test func `concerns its own settings, and those of none`() throws {
        let groups = SettingGroups(groups: [token, key])
        #expect(groups.values(values([:]), concerning: key).map(\.declaration.name) == ["url", "key", "extra"])
        #expect(groups.values(values([:]), concerning: nil).count == 4)
    }

    @Test func `is declared so that it can work`() {
        let settings = values([:]).map(\.declaration)
        func complaint(_ groups: SettingGroup...) -> String {
            do {
                try DeclarationChecks.check(settings, [], groups, beside: [])
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(complaint(token, key) == "")
        #expect(complaint(token, token).contains("the same name"))
        #expect(
            complaint(SettingGroup("g", displayName: "", settings: ["nothing"]))
                == "invalid config: field group 'g': there is no field 'nothing'")
        let one = SettingGroup("a", displayName: "", settings: ["url"], isDefault: true)
        let other = SettingGroup("b", displayName: "", settings: ["url"], isDefault: true)
        #expect(complaint(one, other) == "only one field group can be set as default, but found 2: a, b")
    }
}
