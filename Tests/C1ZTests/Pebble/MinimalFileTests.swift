import AccessModel
import Foundation
import Testing
import WireForm

@testable import C1Z

@Suite struct `the smallest file of version 3` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// One user, one group, and that the one is a member of the other (c1z-v3 §17.1).
    private var file: String {
        get throws {
            let bytes = try #require(Data(base64Encoded: Self.text, options: .ignoreUnknownCharacters))
            #expect(bytes.count == 1385)
            return try folder.file("x.c1z", holding: Array(bytes))
        }
    }

    @Test func `holds what it is known to hold`() throws {
        let contents = try PebbleContents(try file)
        #expect(contents.values.count == 10)
        let reader = try C1ZFile.open(try file)
        let run = try #require(try reader.latestFinishedSync())
        #expect(run.id == "3MTWSytEw6Ij0BRJMtCGLl4LfLu" && run.type == .full)
        let stats = try reader.stats(of: run)
        #expect([stats.resourceTypes, stats.resources, stats.entitlements, stats.grants] == [2, 2, 1, 1])
        let user = ResourceID("user", "u000000")
        for filter: RecordFilter in [
            .all, .heldBy(user), .on(ResourceID("group", "g0000")), .entitlement("group:g0000:member"),
        ] {
            var ids: [String] = []
            try reader.read(.grant, of: run.id, where: filter) {
                ids.append(try $0.data.wireBytes(3)?.text ?? "")
            }
            #expect(ids == ["group:g0000:member:user:u000000"])
        }
    }

    @Test func `is written again with the same keys, and what it lacks`() throws {
        let before = try PebbleContents(try file)
        let database = try converted(try file, to: .sqlite, in: folder, as: "v1.c1z")
        let after = try PebbleContents(try converted(database, to: .pebble, in: folder, as: "v3.c1z"))
        for (key, value) in before.values { #expect(after.values[key] == value) }
        let more = Set(after.values.keys).subtracting(before.values.keys)
        // Counts, and the digests: the index by hash, the root of the entitlement and that of the file.
        #expect(more.count == 4, "\(more.map(\.text))")
    }

    private static let text = """
        QzFaMwAAAAANCgdwZWJibGUzEBggBSi1L/1gTQLNFQA2qp1M4LA6B+gIYVghHdILORgCHo4vQ2X6+k1OOGRRH0EANmgJK2qJ7HIx
        FoU+65mL7uWuY3KEigp7jJ3Kx9Yaqulad5/G2M/t09/+d/eWKY0AkwCBAK6hTHkLEp3vfR7zEQ+mI25A3jw7crBaSC5kkYsMUBq5
        PltIWPLPSQr5FTJunxU8RmxQM1jLfMuRixQpa0qlL1DBYDBYz0N0p/hSZdRTFRvthiNd+mMcuUIxZdJjKv3xrwQd985QCBBRDQ9D
        QeaHSgQcBFutdNWI5Fq5Mk9lmSLz6Rn+vbrneXSBOKxEEbYOsRHZyZGj5OANEDBeNFXcI4UJlAHKlUF+MbwYBW1MzWXLwNhmMJuX
        lSBtC28SaGQSCCBh0DERy5k3i6EL1ix24qdYyk8ESCeX6UAwK3cRK64VaaMk8wNZ5s7hQYn7C5u7A23kDkFGTU4RzPbpERTCo6KZ
        ocnM1F5uNwckFZTW2fJhyeTDUsqHJ8m0MlmnzDOUsu7Nfdk4fi0aoS4fs8HfwlmqW9sHfqvfrWoV9r27Fcl8WLhTnF9dNv1Wp+50
        /VjVpTe7t9WlujW+2b2afDmtp0JrJOF5aBxXPuMEEC+7u7O8JHVfNtYPzP1OhWPh35AjoujuEwqgturTLy+3srntvu/bzW73c9tV
        dW+IfGWcGpTjCD89OUI/PTlCBkYdk1JHjuE0VIg5o4z42a3hlDfYOSmx4X+tChRJqPghqGoRNT12X3ZN+Z6r6nxCSfGzerufR2iO
        U9/PzSfzt+r+Vnfuu9M9rN+dGgF4vLqqfvhNv6ffl01mSiaZrn+3LC9/mJ6uv7/9/HGOOm+BjVN1q6t4mkIYVgMZAFoFkFuwtp5P
        qvxhLIZSJ2uvTEMXBRw+fD+ilXbAGh0ImU2oa90Bs9BGKJlV7Kl5V5nK7KWyGs5tSaGceeCmKLUv/SBcxQIA5AR9e1QkVQABARps
        ZXZlbGRiLkJ5dGV3aXNlQ29tcGFyYXRvcgIDAwUEAGQGAs0GEAMBAGdyb3VwAQAaA/9rZXlzcGFjZV92ZXJzaW9uAAACAH2SkAPY
        Ayi1L/0ghmUDAIJGFhpwSdzgc5e4NWJGRG17VLcgHPBR6FNF1SiHBfjW9tbUNhXDV/BZJgoCvAtlSCvjTWQibyvhTzHejUFBiPXk
        y/BZHdv02qp2hYMIKIdJkC+E7jLx0FY9vuEEBQBqjPQJFeR5+FBWqWEyASi1L/0gAAEAACi1L/0gAAEAAAo/CgowMDAwMDIuc3N0
        EBYYwwUgzQYp6hUQzqSjAs0yIPB4jBzHljzpaw+d44Re1YCLxXJ8og+LCXXit9hA05hnCkMKD01BTklGRVNULTAwMDAwMRDZBRhh
        IFwpPAv4QNVSM90yILHRlA7MFu+ytacb1eouDcyvE2pYVw0Za03Sx8xON2EICkMKDk9QVElPTlMtMDAwMDA0ELoGGHUghgEpcYYW
        MbohCdQyIHTntGaPEtomv2KH1F97yY9P/IItHOJkwKjA3X6qgs4/ClQKIG1hcmtlci5mb3JtYXQtdmVyc2lvbi4wMDAwMDEuMDI0
        EK8HGAkgACmZ6dhRN9tG7zIg47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUKWgombWFya2VyLm1hbmlmZXN0LjAwMDAw
        MS5NQU5JRkVTVC0wMDAwMDEQuAcYCSAAKZnp2FE320bvMiDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VRCvCBirByGV
        dk8FzKdj5gAAAAAAAAPBAAABjPgoNG7jUEw7QzFaSURYMQA=
        """
}
