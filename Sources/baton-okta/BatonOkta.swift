import ConnectorRuntime
import OktaConnector

@main struct BatonOkta {
    static func main() async { await OktaConnector.run() }
}
