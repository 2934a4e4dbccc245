import CommandLineKit
import ConnectorKit
import Testing

@testable import ConnectorRuntime

private func setting(
    _ name: String, _ kind: SettingDeclaration.Kind = .string, required: Bool = false, secret: Bool = false,
    _ rules: SettingDeclaration.Rule...
) -> SettingDeclaration {
    var setting = SettingDeclaration(name, "", kind: kind, isRequired: required, isSecret: secret)
    setting.rules = rules
    return setting
}

private func complaint(
    _ values: [(declaration: SettingDeclaration, value: GivenValue)], _ constraints: [SettingConstraint] = []
) -> String {
    do {
        try SettingChecks.check(values, constraints)
        return "nothing"
    } catch {
        return "\(error)"
    }
}

@Suite struct `a value` {
    @Test func `of a required setting must not be zero`() {
        #expect(
            complaint([(setting("n", required: true), .string(""))])
                == "field n of type string is marked as required but it has a zero-value")
        #expect(
            complaint([(setting("n", .int, required: true), .int(0))])
                == "field n of type int is marked as required but it has a zero-value")
        #expect(
            complaint([(setting("n", .map, required: true), .map([:]))])
                == "field n of type map[string]any is marked as required but it has a zero-value")
        #expect(complaint([(setting("n", required: true), .string("x"))]) == "nothing")
    }

    @Test func `must be within bounds, but for zero`() {
        let number = setting("n", .int, .range(2...9))
        #expect(complaint([(number, .int(1))]) == "field n: value must be greater than or equal to 2 but got 1")
        #expect(complaint([(number, .int(10))]) == "field n: value must be less than or equal to 9 but got 10")
        for good in [0, 2, 9] { #expect(complaint([(number, .int(good))]) == "nothing") }
    }

    @Test func `must be one of the words, but a secret is not shown`() {
        #expect(
            complaint([(setting("n", .string, .oneOf(["a", "b"])), .string("c"))])
                == "field n: value must be one of [a b] but got 'c'")
        #expect(
            !complaint([(setting("n", .string, secret: true, .oneOf(["a"])), .string("hunter2"))]).contains("hunter2"))
    }

    @Test func `is complained about together with the others`() {
        let values = [
            (declaration: setting("a", required: true), value: GivenValue.string("")),
            (declaration: setting("b", .int, .range(1...2)), value: GivenValue.int(3)),
        ]
        #expect(
            complaint(values) == """
                errors found:
                field a of type string is marked as required but it has a zero-value
                field b: value must be less than or equal to 2 but got 3
                """)
    }
}

@Suite struct `constraints` {
    private func complaint(_ constraint: SettingConstraint, given: String...) -> String {
        let values = ["a", "b", "c"].map {
            (declaration: setting($0), value: GivenValue.string(given.contains($0) ? "x" : ""))
        }
        return ConnectorRuntimeTests.complaint(values, [constraint])
    }

    @Test func `ask for what belongs together`() {
        let constraint = SettingConstraint.requiredTogether("a", "b")
        #expect(complaint(constraint, given: "a") == "fields marked as needed together are missing: ('b')")
        #expect(complaint(constraint, given: "a", "b") == "nothing")
        #expect(complaint(constraint) == "nothing")
    }

    @Test func `refuse what excludes each other`() {
        let constraint = SettingConstraint.mutuallyExclusive("a", "b", "c")
        #expect(
            complaint(constraint, given: "a", "b", "c")
                == "fields marked as mutually exclusive were set: ('a', 'b', and 'c')")
        #expect(complaint(constraint, given: "b") == "nothing")
    }

    @Test func `ask for at least one`() {
        let constraint = SettingConstraint.atLeastOne(of: "a", "b")
        #expect(complaint(constraint, given: "c") == "at least one field was expected, any of: ('a' and 'b')")
        #expect(complaint(constraint, given: "b") == "nothing")
    }

    @Test func `ask for what a setting depends on`() {
        let constraint = SettingConstraint.settings(["a"], dependOn: ["b"])
        #expect(complaint(constraint, given: "a") == "set fields ('a') are dependent on ('b') being set")
        #expect(complaint(constraint, given: "a", "b") == "nothing")
        #expect(complaint(constraint, given: "b") == "nothing")
    }

    @Test func `are refused at the start when they make no sense`() {
        let settings = [setting("a"), setting("b", required: true), setting("file")]
        func check(_ constraint: SettingConstraint) -> Bool {
            (try? DeclarationChecks.check(settings, [constraint], beside: [])) == nil
        }
        #expect(check(.requiredTogether("a")))
        #expect(check(.requiredTogether("a", "a")))
        #expect(check(.requiredTogether("a", "x")))
        #expect(check(.mutuallyExclusive("a", "b")))
        #expect(check(.settings(["a"], dependOn: [])))
        #expect(check(.settings(["a"], dependOn: ["a"])))
        #expect(!check(.settings(["a"], dependOn: ["b"])))
        #expect(!check(.requiredTogether("a", "b")))
    }

    @Test func `don't help when a setting has the name of a shared flag`() {
        let error = #expect(throws: UsageError.self) {
            try DeclarationChecks.check([setting("file")], [], beside: SharedFlags.all(logFormat: "json"))
        }
        #expect(error?.message == "multiple fields with the same name: file")
    }
}
