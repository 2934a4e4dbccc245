import AccessModel
import BatonWire
import BuiltConnectors
import Foundation
import Testing

@testable import LDAPConnector

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.enabled(if: Slapd.isThere, Slapd.absence), .timeLimit(.minutes(10))) struct `baton-ldap` {
    @Test func `gives, takes, makes, renews and deletes, as the next sync sees`() throws {
        let server = try Slapd(LDIF.small)
        let ldap = try BuiltConnector(asking: server)
        let membership = "group:cn=one,ou=groups,dc=corp,dc=example:member:user:\(LDIF.name("u7"))"
        func grants() throws -> Set<String> { Set(try ldap.sync().grants.keys) }
        #expect(try !grants().contains(membership))
        let given = try ldap(
            "--grant-entitlement=group:cn=one,ou=groups,dc=corp,dc=example:member",
            "--grant-principal=\(LDIF.name("u7"))",
            "--grant-principal-type=user")
        #expect(given.status == 0, "\(given.errors)")
        let after = try grants()
        #expect(after.contains(membership))
        // Whoever is in one is in all.
        #expect(after.contains(membership.replacingOccurrences(of: "cn=one", with: "cn=all")))
        #expect(try ldap("--revoke-grant", membership).status == 0)
        #expect(try !grants().contains(membership))

        let made = try ldap(
            "--create-account-login=grace", "--create-account-profile",
            #"{"rdnKey":"uid","rdnValue":"grace","path":"ou=people","suffix":"dc=corp,dc=example","objectClass":["inetOrgPerson"],"cn":"Grace","sn":"Hopper"}"#,
            "--show-credentials")
        #expect(made.status == 0, "\(made.errors)")
        let first = try #require(made.shownPassword)
        #expect(try server.accepts(first, of: LDIF.name("grace")))
        let rotated = try ldap(
            "--rotate-credentials=\(LDIF.name("grace"))", "--rotate-credentials-type=user", "--show-credentials")
        #expect(rotated.status == 0, "\(rotated.errors)")
        #expect(try server.accepts(#require(rotated.shownPassword), of: LDIF.name("grace")))
        #expect(try !server.accepts(first, of: LDIF.name("grace")))
        for _ in 0..<2 {
            #expect(try ldap("--delete-resource=\(LDIF.name("grace"))", "--delete-resource-type=user").status == 0)
        }
        #expect(try server.search(LDIF.name("grace")).isEmpty)
    }

    @Test func `does its actions`() throws {
        let server = try Slapd(LDIF.small)
        let ldap = try BuiltConnector(asking: server)
        let unit = try ldap("--invoke-action=create_ou", #"--invoke-action-args={"name":"sales"}"#, "--output=json")
        #expect(unit.status == 0, "\(unit.errors)")
        #expect(try (unit.json()["response"] as? NSDictionary)?["ou_dn"] as? String == "ou=sales,dc=corp,dc=example")
        let update = try ldap(
            "--invoke-action=update_profile", "--invoke-action-resource-type=user", "--output=json",
            "--invoke-action-args={\"user_id\":\"\(LDIF.name("u1"))\",\"first_name\":\"Una\"}")
        #expect(update.status == 0, "\(update.errors)")
        #expect(try server.values("givenName", of: LDIF.name("u1")) == ["Una"])
    }

    @Test func `syncs single resources`() throws {
        let server = try Slapd(LDIF.small)
        let ldap = try BuiltConnector(asking: server)
        let synced = try ldap("--sync-resources=\"bid:r:group/cn=unique,ou=groups,dc=corp,dc=example\"")
        #expect(synced.status == 0, "\(synced.errors)")
        #expect(FileManager.default.fileExists(atPath: ldap.file))
        let ending = try ldap("--sync-resources=\"bid:r:group/cn=gone,ou=groups,dc=corp,dc=example\"")
        #expect(ending.status == 0, "\(ending.errors)")
    }

    @Test func `tells its secrets to nobody`() throws {
        let server = try Slapd(LDIF.small)
        for (settings, arguments) in [
            ([:], []), (["BATON_PASSWORD": "hunter2-wrong"], []), (["BATON_BASE_DN": "dc=nowhere"], []),
            ([:], ["--delete-resource=x", "--delete-resource-type=user"]),
        ] as [([String: String], [String])] {
            let ldap = try BuiltConnector(asking: server, settings, level: "debug")
            let ending = try ldap.finish(arguments)
            let said = ending.output + ending.errors
            for secret in [Slapd.password, "hunter2-wrong", "old-1"] { #expect(!said.contains(secret)) }
            guard ending.status == 0 else { continue }
            for path in [ldap.file] {
                let bytes = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
                #expect(!bytes.contains(Slapd.password))
            }
        }
    }

    @Test func `says what it can do`() throws {
        let server = try Slapd(LDIF.small)
        let manifest = try BuiltConnector(asking: server)("capabilities").json()
        let types = try #require(manifest["resourceTypeCapabilities"] as? [NSDictionary])
        func capabilities(_ type: String) -> [String]? {
            types.first { ($0["resourceType"] as? NSDictionary)?["id"] as? String == type }?["capabilities"]
                as? [String]
        }
        #expect(
            Set(capabilities("user") ?? []) == [
                "CAPABILITY_SYNC", "CAPABILITY_TARGETED_SYNC", "CAPABILITY_ACCOUNT_PROVISIONING",
                "CAPABILITY_RESOURCE_DELETE",
                "CAPABILITY_CREDENTIAL_ROTATION",
            ])
        #expect(
            Set(capabilities("group") ?? []) == ["CAPABILITY_SYNC", "CAPABILITY_TARGETED_SYNC", "CAPABILITY_PROVISION"])
        #expect(Set(capabilities("role") ?? []) == ["CAPABILITY_SYNC", "CAPABILITY_PROVISION"])
        #expect(
            Set(manifest["connectorCapabilities"] as? [String] ?? []) == [
                "CAPABILITY_PROVISION", "CAPABILITY_SYNC", "CAPABILITY_ACCOUNT_PROVISIONING",
                "CAPABILITY_CREDENTIAL_ROTATION",
                "CAPABILITY_RESOURCE_DELETE", "CAPABILITY_ACTIONS", "CAPABILITY_TARGETED_SYNC",
                "CAPABILITY_SERVICE_MODE_TARGETED_SYNC",
            ])
        let details = try #require(manifest["credentialDetails"] as? [String: NSDictionary])
        let prefix = "CAPABILITY_DETAIL_CREDENTIAL_OPTION_"
        #expect(
            details["capabilityAccountProvisioning"]?["preferredCredentialOption"] as? String == prefix
                + "RANDOM_PASSWORD")
        #expect(
            details["capabilityCredentialRotation"]?["preferredCredentialOption"] as? String == prefix
                + "ENCRYPTED_PASSWORD")
        for detail in details.values {
            #expect(
                Set(detail["supportedCredentialOptions"] as? [String] ?? [])
                    == Set(["ENCRYPTED_PASSWORD", "NO_PASSWORD", "RANDOM_PASSWORD"].map { prefix + $0 }))
        }
    }

    @Test func `has the settings of the ecosystem`() throws {
        let schema = try BuiltConnector("baton-ldap")("config").json()
        let fields = try #require(schema["fields"] as? [[String: Any]])
        let own = fields.filter { $0["isOps"] as? Bool != true }.compactMap { $0["name"] as? String }
        #expect(
            own == [
                "url", "domain", "base-dn", "password", "user-dn", "bind-dn", "user-search-dn", "group-search-dn",
                "role-search-dn", "insecure-skip-verify", "disable-operational-attrs", "filter",
            ])
        let both = try BuiltConnector(
            "baton-ldap", ["BATON_URL": "ldap://h", "BATON_DOMAIN": "h", "BATON_BIND_DN": "cn=x"])()
        #expect(both.status != 0 && both.errors.contains("url") && both.errors.contains("domain"))
        let none = try BuiltConnector("baton-ldap", ["BATON_BIND_DN": "cn=x"])()
        #expect(none.status != 0 && none.errors.contains("at least one"), "\(none.errors)")
    }
}
