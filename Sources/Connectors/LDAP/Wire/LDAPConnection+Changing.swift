import AccessModel
import CLibldap
import ConnectorKit

/// A change of one attribute of an entry.
struct LDAPChange: Sendable {
    enum Kind: Sendable { case add, delete, replace }

    let kind: Kind
    let attribute: String
    /// Empty for a deletion of all values, or a replacement by none.
    let values: [[UInt8]]

    static func add(_ attribute: String, _ values: [[UInt8]]) -> LDAPChange {
        LDAPChange(kind: .add, attribute: attribute, values: values)
    }

    static func delete(_ attribute: String, _ values: [[UInt8]] = []) -> LDAPChange {
        LDAPChange(kind: .delete, attribute: attribute, values: values)
    }

    static func replace(_ attribute: String, _ values: [[UInt8]]) -> LDAPChange {
        LDAPChange(kind: .replace, attribute: attribute, values: values)
    }
}

extension LDAPConnection {
    /// Makes an entry.
    func add(_ name: String, _ attributes: [LDAPChange]) throws {
        try change("adding \(name)") { handle, id in
            attributes.withModifications { ldap_add_ext(handle, name, $0, nil, nil, &id) }
        }
    }

    /// Changes an entry, wholly or not at all.
    func modify(_ name: String, _ changes: [LDAPChange]) throws {
        try change("changing \(name)") { handle, id in
            changes.withModifications { ldap_modify_ext(handle, name, $0, nil, nil, &id) }
        }
    }

    /// Deletes an entry.
    func delete(_ name: String) throws {
        try change("deleting \(name)") { handle, id in ldap_delete_ext(handle, name, nil, nil, &id) }
    }

    /// Lets the server store a password in its own way (RFC 3062).
    func setPassword(of name: String, to password: Secret) throws {
        try change("setting the password of \(name)") { handle, id in
            var account = Array(name.utf8CString)
            return account.withUnsafeMutableBufferPointer { buffer in
                var user = berval(bv_len: ber_len_t(buffer.count - 1), bv_val: buffer.baseAddress)
                return password.withBytes { ldap_passwd(handle, &user, nil, $0, nil, nil, &id) }
            }
        }
    }

    private func change(_ work: String, _ send: (OpaquePointer, inout Int32) -> Int32) throws {
        try once { handle in
            var id: Int32 = 0
            try sent(send(handle.pointer, &id), on: handle, work)
            do {
                let answer = try answer(to: id, on: handle, work)
                guard answer.result == .success else { throw explained(answer, work) }
            } catch let failure as LDAPFailure where failure.result.isBroken {
                throw failure.curing("Whether it was done is not known: look there before trying it again.")
            }
        }
    }

    private func explained(_ answer: Answer, _ work: String) -> LDAPFailure {
        let failure = failure(answer.result, work, answer.remark)
        switch answer.result {
        case .insufficientAccess: return failure.curing("Give \(settings.bindDN) the right to write there.")
        case .strongerAuthRequired, .confidentialityRequired:
            return failure.curing("The server wants an encrypted connection: use ldaps:// in --url, or --start-tls.")
        case .referral:
            let servers = answer.references.joined(separator: " ")
            return failure.curing("This server doesn't take changes. Name the one that does with --url: \(servers)")
        default: return failure
        }
    }
}

extension [LDAPChange] {
    /// Calls `body` with the changes as the library wants them.
    ///
    /// Copies of values are wiped: they may be passwords.
    fileprivate func withModifications<Value>(
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<LDAPMod>?>?) -> Value
    ) -> Value {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<LDAPMod>?>.allocate(capacity: count + 1)
        list.initialize(repeating: nil, count: count + 1)
        for (place, change) in enumerated() { list[place] = change.makeModification() }
        defer {
            sequence(list).forEach { $0.destroy() }
            list.deallocate()
        }
        return body(list)
    }
}

extension LDAPChange {
    fileprivate func makeModification() -> UnsafeMutablePointer<LDAPMod> {
        let modification = UnsafeMutablePointer<LDAPMod>.allocate(capacity: 1)
        var content = LDAPMod()
        let operation =
            switch kind {
            case .add: LDAP_MOD_ADD
            case .delete: LDAP_MOD_DELETE
            case .replace: LDAP_MOD_REPLACE
            }
        content.mod_op = operation | LDAP_MOD_BVALUES
        content.mod_type = ber_strdup(attribute)
        content.mod_vals.modv_bvals = values.isEmpty ? nil : Self.list(of: values)
        modification.initialize(to: content)
        return modification
    }

    private static func list(of values: [[UInt8]]) -> UnsafeMutablePointer<UnsafeMutablePointer<berval>?> {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<berval>?>.allocate(capacity: values.count + 1)
        list.initialize(repeating: nil, count: values.count + 1)
        for (place, value) in values.enumerated() {
            let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: value.count + 1)
            for (index, byte) in value.enumerated() { bytes[index] = CChar(bitPattern: byte) }
            bytes[value.count] = 0
            let copy = UnsafeMutablePointer<berval>.allocate(capacity: 1)
            copy.initialize(to: berval(bv_len: ber_len_t(value.count), bv_val: bytes))
            list[place] = copy
        }
        return list
    }
}

extension UnsafeMutablePointer<LDAPMod> {
    fileprivate func destroy() {
        if let list = pointee.mod_vals.modv_bvals {
            for value in sequence(list) {
                value.pointee.bv_val.update(repeating: 0, count: Int(value.pointee.bv_len))
                value.pointee.bv_val.deallocate()
                value.deallocate()
            }
            list.deallocate()
        }
        ber_memfree(pointee.mod_type)
        deallocate()
    }
}
