import CLibcrypto

/// An RSA key as its numbers, each without leading zeros, the highest byte first.
///
/// RSA-OAEP with a label, which age wants, is what swift-crypto can't do; libcrypto does it.
struct RSAKey: Sendable {
    let modulus: [UInt8]
    let exponent: [UInt8]
    /// Only in a private key.
    let privateExponent: SecretBytes?

    /// Takes keys of 2048 to 16384 bits, as age does, with an odd exponent below 2³¹.
    init(modulus: some Collection<UInt8>, exponent: some Collection<UInt8>, privateExponent: SecretBytes? = nil)
        throws(CredentialError)
    {
        self.modulus = Array(modulus.drop { $0 == 0 })
        self.exponent = Array(exponent.drop { $0 == 0 })
        self.privateExponent = privateExponent
        let bits = self.modulus.count * 8 - (self.modulus.first?.leadingZeroBitCount ?? 0)
        guard (2048...16384).contains(bits) else {
            throw CredentialError(
                .invalidRecipient, "RSA key", "has \(bits) bits; between 2048 and 16384 are taken. Use a longer key.")
        }
        let value = self.exponent.reduce(UInt64(0)) { $0 > UInt64(1) << 40 ? $0 : $0 << 8 | UInt64($1) }
        guard let low = self.modulus.last, low & 1 == 1, (3..<(1 << 31)).contains(value), value & 1 == 1 else {
            throw CredentialError(.invalidRecipient, "RSA key", "its numbers are no RSA key. Export it again.")
        }
    }

    /// RSA-OAEP with SHA-256 for hash and mask.
    func encrypt(_ message: [UInt8], label: String) throws(CredentialError) -> [UInt8] {
        try withContext { context throws(CredentialError) in
            guard EVP_PKEY_encrypt_init(context) == 1 else { throw Self.failure }
            try Self.useOAEP(context, label)
            return try Self.output { EVP_PKEY_encrypt(context, $0, $1, message, message.count) }
        }
    }

    /// The message of ``encrypt(_:label:)``, or nil when it was encrypted for another key.
    func decrypt(_ message: [UInt8], label: String) throws(CredentialError) -> [UInt8]? {
        try withContext { context throws(CredentialError) in
            guard EVP_PKEY_decrypt_init(context) == 1 else { throw Self.failure }
            try Self.useOAEP(context, label)
            return try? Self.output { EVP_PKEY_decrypt(context, $0, $1, message, message.count) }
        }
    }

    private static var failure: CredentialError {
        CredentialError(.failed, "RSA key", "libcrypto can't use it. Export the key again.")
    }

    private static func useOAEP(_ context: OpaquePointer, _ label: String) throws(CredentialError) {
        guard EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1,
            EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1,
            let copy = clibcrypto_allocate(label.utf8.count)
        else { throw failure }
        copy.initializeMemory(as: UInt8.self, from: Array(label.utf8), count: label.utf8.count)
        guard EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, Int32(label.utf8.count)) == 1 else {
            clibcrypto_free(copy)
            throw failure
        }
    }

    private static func output(
        _ operation: (UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>) -> Int32
    ) throws(CredentialError) -> [UInt8] {
        var count = 0
        guard operation(nil, &count) == 1, (0...4096).contains(count) else { throw failure }
        var bytes = [UInt8](repeating: 0, count: count)
        guard bytes.withUnsafeMutableBufferPointer({ operation($0.baseAddress, &count) }) == 1 else { throw failure }
        return Array(bytes.prefix(count))
    }

    private func withContext<Result>(
        _ body: (OpaquePointer) throws(CredentialError) -> Result
    ) throws(CredentialError) -> Result {
        // What went wrong is told by our error; libcrypto's list of them belongs to the thread and its other users.
        defer { ERR_clear_error() }
        guard let key = makeKey() else { throw Self.failure }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { throw Self.failure }
        defer { EVP_PKEY_CTX_free(context) }
        return try body(context)
    }

    private func makeKey() -> OpaquePointer? {
        guard let builder = OSSL_PARAM_BLD_new() else { return nil }
        defer { OSSL_PARAM_BLD_free(builder) }
        var numbers: [OpaquePointer] = []
        // The builder only borrows them.
        defer { for number in numbers { BN_clear_free(number) } }
        func push(_ bytes: [UInt8], _ push: (OpaquePointer, OpaquePointer) -> Int32) -> Bool {
            guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else { return false }
            numbers.append(number)
            return push(builder, number) == 1
        }
        guard push(modulus, clibcrypto_push_modulus), push(exponent, clibcrypto_push_exponent) else { return nil }
        if let privateExponent {
            guard push(privateExponent.reveal(), clibcrypto_push_private_exponent) else { return nil }
        }
        guard let parameters = OSSL_PARAM_BLD_to_param(builder) else { return nil }
        defer { OSSL_PARAM_free(parameters) }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        let selection = privateExponent == nil ? CLIBCRYPTO_PUBLIC_KEY : CLIBCRYPTO_KEY_PAIR
        guard EVP_PKEY_fromdata_init(context) == 1,
            EVP_PKEY_fromdata(context, &key, selection, parameters) == 1
        else { return nil }
        return key
    }
}
