package import Billing
package import Storage
package import Worker

/// Everything that can be exported, for the API and the commands alike.
package struct Exports: Sendable {
    let worker: BillingWorker

    package init(worker: BillingWorker) { self.worker = worker }

    /// Newest first. In CSV each changed field has a line of its own.
    package func auditLog(_ filter: AuditFilter, as format: ExportFormat) -> any TextStream {
        Export("audit_log", format, AuditEntry.exportShape) { [worker] after, limit in
            try await worker.context.database.read { tx in
                try worker.auditLog.list(filter, after: after?.id, limit: limit, in: tx)
            }
        }
    }

    /// Newest first.
    package func customers(
        _ search: CustomerSearch, of account: ConnectedAccount.ID, as format: ExportFormat
    ) -> any TextStream {
        Export("customers", format, Customer.exportShape) { [worker] after, limit in
            try await worker.exporting.customers(search, account: account, after: after?.id, limit: limit)
        }
    }

    /// Customer by customer, in the order in which it came in.
    package func usage(
        _ selection: UsageSelection, of account: ConnectedAccount.ID, as format: ExportFormat
    ) -> any TextStream {
        Export("usage", format, UsageExportStore.Line.exportShape) { [worker] after, limit in
            try await worker.exporting.usage(selection, account: account, after: after, limit: limit)
        }
    }
}

extension UsageExportStore.Line {
    static var exportShape: Export<UsageExportStore.Line>.Shape {
        .picking(
            [
                "usage_event", "id", "source", "kind", "corrects", "customer", "external_id", "time", "counted_at",
                "late", "ceiling", "provider", "model", "feature", "action", "product", "organization", "key",
                "quantities",
                "latency_ms", "metadata", "cost_micros", "price_micros", "markup_percent", "entry", "received_at",
            ]
        ) { $0.event.json.with("external_id", .string($0.customer)) }
    }
}
