// Written by write-tables.py from Stripe's own parameter lists; not edited by hand.

extension ParameterTable {
    /// What may be sent to the operations on payments, and the types that they share.
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
        @alipay
          {setup_future_usage:(none off_session)?}
        @amazon_pay_2
          {capture_method:(manual)? setup_future_usage:(none off_session)?}
        @amount_details
          {discount_amount:int? enforce_arithmetic_validation:bool line_items:[{discount_amount:int
          payment_method_options:{card:{commodity_code} card_present:{commodity_code} klarna:{image_url product_url
          reference subscription_reference} paypal:{category:(digital_goods donation physical_goods) description
          sold_by}} product_code product_name! quantity!:int tax:{total_tax_amount!:int} unit_cost!:int
          unit_of_measure}]? shipping:{amount:int? from_postal_code to_postal_code}? tax:{total_tax_amount!:int}?}
        @au_becs_debit
          {setup_future_usage:(none off_session on_session)? target_date}
        @bacs_debit_2
          {mandate_options:{reference_prefix} setup_future_usage:(none off_session on_session)? target_date}
        @cashapp
          {capture_method:(manual)? setup_future_usage:(none off_session on_session)?}
        @mobilepay
          {capture_method:(manual)? setup_future_usage:(none)}
        @payment_details
          {customer_reference order_reference}
        @payment_method_data
          {acss_debit:@acss_debit affirm:{} afterpay_clearpay:{} alipay:{} allow_redisplay:(always limited
          unspecified) alma:{} amazon_pay:{} au_becs_debit:{account_number! bsb_number!} bacs_debit:{account_number
          sort_code} bancontact:{} billie:{} billing_details:@billing_details bizum:{} blik:{} boleto:{tax_id!}
          cashapp:{} crypto:{} customer_balance:{} eps:@eps fpx:@fpx giropay:{} grabpay:{} ideal:@ideal
          interac_present:{} kakao_pay:{} klarna:{dob:@registration_date} konbini:{} kr_card:{} link:{} mb_way:{}
          metadata:map mobilepay:{} multibanco:{} naver_pay:{funding:(card points)} nz_bank_account:@nz_bank_account
          oxxo:{} p24:@p24_2 pay_by_bank:{} payco:{} paynow:{} paypal:{} paypay:{} payto:@payto pix:{} promptpay:{}
          radar_options:{session} revolut_pay:{} samsung_pay:{} satispay:{} scalapay:{} sepa_debit:{iban!} sequra:{}
          sofort:{country!:(AT BE DE ES IT NL)} sunbit:{} swish:{} twint:{} type!:(acss_debit affirm afterpay_clearpay
          alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum blik boleto cashapp crypto
          customer_balance eps fpx giropay grabpay ideal kakao_pay klarna konbini kr_card link mb_way mobilepay
          multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow paypal paypay payto pix promptpay
          revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit swish twint upi us_bank_account
          wechat_pay zip) upi:@upi_2 us_bank_account:@us_bank_account wechat_pay:{} zip:{}}
        @payment_method_options
          {acss_debit:{mandate_options:{custom_mandate_url interval_description payment_schedule:(combined interval
          sporadic) transaction_type:(business personal)} setup_future_usage:(none off_session on_session)?
          target_date verification_method:@verification_method}? affirm:{capture_method:(manual)? preferred_locale
          setup_future_usage:(none)}? afterpay_clearpay:{capture_method:(manual)? reference
          setup_future_usage:(none)}? alipay:@alipay? alma:{capture_method:(manual)?}? amazon_pay:@amazon_pay_2?
          au_becs_debit:@au_becs_debit? bacs_debit:@bacs_debit_2? bancontact:{preferred_language:(de en fr nl)
          setup_future_usage:(none off_session)?}? billie:{capture_method:(manual)?
          company_details:{registered_address:@address? registered_name registration_number registration_type:(ch_ein
          de_hrb dk_cvr es_cif fi_tunnus fr_siren fr_siret it_rea nl_kvk no_org_number no_pno se_org_number se_pno
          uk_crn)? vat}? reference}? bizum:{}? blik:{code mandate_options:{expires_at:int} setup_future_usage:(none
          off_session)?}? boleto:{expires_after_days:int setup_future_usage:(none off_session on_session)?}?
          card:{capture_method:(manual)? cvc_token installments:{enabled:bool plan:{count:int interval:(month)
          type!:(bonus fixed_count revolving)}?} mandate_options:{amount!:int amount_type!:(fixed maximum) description
          end_date:int interval!:(day month sporadic week year) interval_count:int reference! start_date!:int
          supported_types:[(india)]} moto:bool network:(amex cartes_bancaires diners discover eftpos_au girocard
          interac jcb link mastercard unionpay unknown visa) request_extended_authorization:(if_available never)
          request_incremental_authorization:(if_available never) request_multicapture:(if_available never)
          request_overcapture:(if_available never) request_three_d_secure:(any automatic challenge)
          require_cvc_recollection:bool setup_credential_usage:@setup_credential_usage setup_future_usage:(none
          off_session on_session)? statement_descriptor_suffix_kana statement_descriptor_suffix_kanji
          stored_credential_usage:@setup_credential_usage three_d_secure:{ares_trans_status:(A C I N R U Y)
          cryptogram! electronic_commerce_indicator:(01 02 05 06 07) exemption_indicator:(low_risk none)
          network_options:{cartes_bancaires:{cb_avalgo!:(0 1 2 3 4 A) cb_exemption cb_score:int}}
          requestor_challenge_indicator transaction_id! version!:(1.0.2 2.1.0 2.2.0 2.3.0 2.3.1)}}?
          card_present:{capture_method:(manual manual_preferred) request_extended_authorization:bool
          request_incremental_authorization_support:bool routing:{requested_priority:(domestic international)}}?
          cashapp:@cashapp? crypto:{setup_future_usage:(none)}? customer_balance:@customer_balance?
          eps:{setup_future_usage:(none)}? fpx:{setup_future_usage:(none)}? giropay:{setup_future_usage:(none)}?
          grabpay:{setup_future_usage:(none)}? ideal:@alipay? interac_present:{}? kakao_pay:@amazon_pay_2?
          klarna:{capture_method:(manual)? on_demand:{average_amount:int maximum_amount:int minimum_amount:int
          purchase_interval:(day month week year) purchase_interval_count:int} preferred_locale:(cs-CZ da-DK de-AT
          de-CH de-DE el-GR en-AT en-AU en-BE en-CA en-CH en-CZ en-DE en-DK en-ES en-FI en-FR en-GB en-GR en-IE en-IT
          en-NL en-NO en-NZ en-PL en-PT en-RO en-SE en-US es-ES es-US fi-FI fr-BE fr-CA fr-CH fr-FR it-CH it-IT nb-NO
          nl-BE nl-NL pl-PL pt-PT ro-RO sv-FI sv-SE) setup_future_usage:(none off_session on_session)
          subscriptions:[{interval!:(day month week year) interval_count:int name next_billing:{amount!:int date!}
          reference!}]?}? konbini:{confirmation_number expires_after_days:int? expires_at:int? product_description
          setup_future_usage:(none)}? kr_card:@amazon_pay_2? link:{capture_method:(manual)? persistent_token
          setup_future_usage:(none off_session)?}? mb_way:{setup_future_usage:(none)}? mobilepay:@mobilepay?
          multibanco:{setup_future_usage:(none)}? naver_pay:@amazon_pay_2? nz_bank_account:@au_becs_debit?
          oxxo:@konbini? p24:@p24? pay_by_bank:{}? payco:@mobilepay? paynow:{setup_future_usage:(none)}?
          paypal:@paypal? paypay:{}? payto:{mandate_options:{amount:int? amount_type:(fixed maximum)? end_date
          payment_schedule:@payment_schedule? payments_per_period:int? purpose:@purpose?} setup_future_usage:(none
          off_session)?}? pix:{amount_includes_iof:(always never) expires_after_seconds:int expires_at:int
          mandate_options:@mandate_options setup_future_usage:(none off_session)}?
          promptpay:{setup_future_usage:(none)}? revolut_pay:@amazon_pay_2? samsung_pay:@mobilepay? satispay:@cashapp?
          scalapay:{capture_method:(manual)?}? sepa_debit:@bacs_debit_2? sequra:@mobilepay?
          sofort:{preferred_language:(de en es fr it nl pl)? setup_future_usage:(none off_session)?}?
          sunbit:@mobilepay? swish:{reference setup_future_usage:(none)}? twint:@bancontact? upi:@upi?
          us_bank_account:{financial_connections:{filters:{account_subcategories:[(checking savings)]}
          permissions:[@permissions] prefetch:[@prefetch] return_url} mandate_options:{collection_method:(paper)?}
          networks:{requested:[(ach us_domestic_wire)]} setup_future_usage:(none off_session on_session)? target_date
          transaction_purpose:(goods other services unspecified)? verification_method:@verification_method}?
          wechat_pay:{app_id client:(android ios web) setup_future_usage:(none)}? zip:{setup_future_usage:(none)}?}
        @payment_method_type_filter
          (acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum
          blik boku_promptpay boleto capchase_pay card card_present cashapp check_scan click_to_pay crypto
          customer_balance demo_pay duitnow dummy_auth_push dummy_passthrough_card edenred eps fpx gcash getbalance
          gift_card giropay gopay grabpay id_bank_transfer ideal interac_present kakao_pay klarna knet konbini kr_card
          kr_market kriya link mb_way mobilepay momo mondu multibanco naver_pay netbanking ng_bank ng_bank_transfer
          ng_card ng_market ng_ussd ng_wallet nz_bank_account octopus oxxo p24 paper_check pay_by_bank payco paynow
          paypal paypay payto pix promptpay qris rechnung revolut_pay samsung_pay satispay scalapay sepa_debit sequra
          shop_pay shopeepay sofort south_korea_market stripe_balance sunbit swish tamara test_pay touch_n_go
          truemoney twint upi us_bank_account us_cash_voucher vipps wechat_pay wero zip)
        @setup_credential_usage
          (installment recurring unscheduled)
        @shipping_2
          {address!:@address carrier name! phone tracking_number}
        """
}
