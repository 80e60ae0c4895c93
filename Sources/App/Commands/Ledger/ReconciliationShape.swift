import Billing
import Server
import Storage
import Worker
func reconciliationShape(_ result: ReconciliationResult) -> JSON { JSON.object([("id", .string(result.record.id.text))]) }
