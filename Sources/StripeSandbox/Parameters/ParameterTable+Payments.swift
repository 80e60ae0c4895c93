// Written by write-tables.py from Stripe's own parameter lists; not edited by hand.

extension ParameterTable {
    /// What may be sent to the operations on payments.
    static let payments = """
        GET /v1/payment_intents
          created:@created|int customer customer_account ending_before expand:[] limit:int starting_after
        POST /v1/payment_intents
          allowed_payment_method_types:[@payment_method_type_filter] amount!:int amount_details:@amount_details
          application_fee_amount:int automatic_payment_methods:{allow_redirects:(always never) enabled!:bool}
          capture_method:@capture_method confirm:bool confirmation_method:(automatic manual) confirmation_token
          currency! customer customer_account description error_on_requires_action:bool
          excluded_payment_method_types:[@excluded_payment_method_types] expand:[] hooks:{inputs:{tax:{calculation!}}}
          mandate mandate_data:{customer_acceptance!:{accepted_at:int offline:{} online:{ip_address! user_agent!}
          type!:(offline online)}}? metadata:map off_session:bool|(one_off recurring) on_behalf_of
          payment_details:@payment_details payment_method payment_method_configuration
          payment_method_data:@payment_method_data payment_method_options:@payment_method_options
          radar_options:{referrer session} receipt_email return_url setup_future_usage:(off_session on_session)
          shipping:@shipping_2 statement_descriptor statement_descriptor_suffix transfer_data:{amount:int description
          destination! metadata:map? payment_data:{description metadata:map?}} transfer_group use_stripe_sdk:bool
        GET /v1/payment_intents/{intent}
          client_secret expand:[]
        POST /v1/payment_intents/{intent}
          allowed_payment_method_types:[@payment_method_type_filter] amount:int amount_details:@amount_details?
          application_fee_amount:int? capture_method:@capture_method currency customer customer_account description
          excluded_payment_method_types:[@excluded_payment_method_types]? expand:[]
          hooks:{inputs:{tax:{calculation!}}} metadata:map? payment_details:@payment_details? payment_method
          payment_method_configuration payment_method_data:@payment_method_data
          payment_method_options:@payment_method_options receipt_email setup_future_usage:(off_session on_session)?
          shipping:@shipping_2? statement_descriptor statement_descriptor_suffix transfer_data:{amount:int description
          metadata:map? payment_data:{description metadata:map?}} transfer_group
        POST /v1/payment_intents/{intent}/cancel
          cancellation_reason:(abandoned duplicate fraudulent requested_by_customer) expand:[]
        POST /v1/payment_intents/{intent}/capture
          amount_details:@amount_details amount_to_capture:int application_fee_amount:int expand:[] final_capture:bool
          hooks:{inputs:{tax:{calculation!}}} metadata:map? payment_details:@payment_details? statement_descriptor
          statement_descriptor_suffix transfer_data:{amount:int}
        POST /v1/payment_intents/{intent}/confirm
          allowed_payment_method_types:[@payment_method_type_filter] amount_details:@amount_details?
          amount_to_confirm:int capture_method:@capture_method confirmation_token error_on_requires_action:bool
          excluded_payment_method_types:[@excluded_payment_method_types]? expand:[]
          hooks:{inputs:{tax:{calculation!}}} mandate mandate_data:{customer_acceptance:{accepted_at:int offline:{}
          online:{ip_address user_agent} type!:(offline online)}}? off_session:bool|(one_off recurring)
          payment_details:@payment_details? payment_method payment_method_data:@payment_method_data
          payment_method_options:@payment_method_options radar_options:{referrer session} receipt_email return_url
          setup_future_usage:(off_session on_session)? shipping:@shipping_2? use_stripe_sdk:bool
        GET /v1/charges
          created:@created|int customer ending_before expand:[] limit:int payment_intent starting_after transfer_group
        GET /v1/charges/{charge}
          expand:[]
        POST /v1/charges/{charge}
          customer description expand:[] fraud_details:{user_report!:(fraudulent safe)?} metadata:map? receipt_email
          shipping:@shipping_2 transfer_group
        GET /v1/refunds
          charge created:@created|int ending_before expand:[] limit:int payment_intent starting_after
        POST /v1/refunds
          amount:int charge currency customer expand:[] instructions_email metadata:map? origin:(customer_balance)
          payment_intent reason:(duplicate fraudulent requested_by_customer) refund_application_fee:bool
          reverse_transfer:bool
        GET /v1/refunds/{refund}
          expand:[]
        POST /v1/refunds/{refund}
          expand:[] metadata:map?
        POST /v1/refunds/{refund}/cancel
          expand:[]
        GET /v1/disputes
          charge created:@created|int ending_before expand:[] limit:int payment_intent starting_after
        GET /v1/disputes/{dispute}
          expand:[]
        POST /v1/disputes/{dispute}
          evidence:{access_activity_log appeal:{card:{reason_for_filing supporting_files:[]?}?}? billing_address
          cancellation_policy cancellation_policy_disclosure cancellation_rebuttal customer_communication
          customer_email_address customer_name customer_purchase_ip customer_signature duplicate_charge_documentation
          duplicate_charge_explanation duplicate_charge_id
          enhanced_evidence:{mastercard_compliance:{fee_acknowledged:bool}
          visa_compelling_evidence_3:{disputed_transaction:{customer_account_id customer_device_fingerprint
          customer_device_id customer_email_address customer_purchase_ip merchandise_or_services:(merchandise
          services) product_description shipping_address:@address} prior_undisputed_transactions:[{charge!
          customer_account_id customer_device_fingerprint customer_device_id customer_email_address
          customer_purchase_ip product_description shipping_address:@address}]}
          visa_compliance:{fee_acknowledged:bool}}? product_description receipt refund_policy refund_policy_disclosure
          refund_refusal_explanation service_date service_documentation shipping_address shipping_carrier
          shipping_date shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text}
          expand:[] intended_submission_method:(manual prefer_manual prefer_smart_disputes smart_disputes)
          metadata:map? submit:bool
        POST /v1/disputes/{dispute}/close
          expand:[]
        """
}
