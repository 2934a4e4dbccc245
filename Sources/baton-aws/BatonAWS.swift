import AWSConnector
import ConnectorRuntime

@main struct BatonAWS {
    static func main() async { await AWSConnector.run() }
}
