// Written by write-tables.py from Stripe's own parameter lists; not edited by hand.

extension ParameterTable {
    /// The types that several parameters have, each under a name.
    static let shared = """
        @acss_debit
          {account_number! institution_number! transit_number!}
        @address
          {city country line1 line2 postal_code state}
        @address_kana
          {city country line1 line2 postal_code state town}
        @adjustable_quantity
          {enabled!:bool maximum:int minimum:int}
        @affirm
          {capture_method:(manual) setup_future_usage:(none)}
        @alipay
          {setup_future_usage:(none off_session)?}
        @amazon_pay
          {capture_method:(manual) setup_future_usage:(none off_session)}
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
        @bacs_debit
          {mandate_options:{reference_prefix} setup_future_usage:(none off_session on_session) target_date}
        @bacs_debit_2
          {mandate_options:{reference_prefix} setup_future_usage:(none off_session on_session)? target_date}
        @bancontact
          {setup_future_usage:(none off_session)}
        @billing_details
          {address:@address? email name phone tax_id}
        @branding
          {icon logo primary_color secondary_color}
        @business_profile
          {annual_revenue:{amount!:int currency! fiscal_year_end!} estimated_worker_count:int mcc
          minority_owned_business_designation:[(lgbtqi_owned_business minority_owned_business none_of_these_apply
          prefer_not_to_answer women_owned_business)] monthly_estimated_revenue:{amount!:int currency!} name
          product_description specified_commercial_transactions_act_url support_address:@address support_email
          support_phone support_url url}
        @business_type
          (company government_entity individual non_profit)
        @capabilities
          {acss_debit_payments:{requested:bool} affirm_payments:{requested:bool}
          afterpay_clearpay_payments:{requested:bool} alma_payments:{requested:bool}
          amazon_pay_payments:{requested:bool} app_distribution:{requested:bool}
          au_becs_debit_payments:{requested:bool} bacs_debit_payments:{requested:bool}
          bancontact_payments:{requested:bool} bank_transfer_payments:{requested:bool}
          billie_payments:{requested:bool} bizum_payments:{requested:bool} blik_payments:{requested:bool}
          blik_recurring_payments:{requested:bool} boleto_payments:{requested:bool} card_issuing:{requested:bool}
          card_payments:{requested:bool} cartes_bancaires_payments:{requested:bool} cashapp_payments:{requested:bool}
          crypto_payments:{requested:bool} eps_payments:{requested:bool} fpx_payments:{requested:bool}
          gb_bank_transfer_payments:{requested:bool} giropay_payments:{requested:bool}
          grabpay_payments:{requested:bool} ideal_payments:{requested:bool}
          india_international_payments:{requested:bool} jcb_payments:{requested:bool}
          jp_bank_transfer_payments:{requested:bool} kakao_pay_payments:{requested:bool}
          klarna_payments:{requested:bool} konbini_payments:{requested:bool} kr_card_payments:{requested:bool}
          legacy_payments:{requested:bool} link_payments:{requested:bool} mb_way_payments:{requested:bool}
          mobilepay_payments:{requested:bool} multibanco_payments:{requested:bool}
          mx_bank_transfer_payments:{requested:bool} naver_pay_payments:{requested:bool}
          nz_bank_account_becs_debit_payments:{requested:bool} oxxo_payments:{requested:bool}
          p24_payments:{requested:bool} pay_by_bank_payments:{requested:bool} payco_payments:{requested:bool}
          paynow_payments:{requested:bool} paypay_payments:{requested:bool} payto_payments:{requested:bool}
          pix_payments:{requested:bool} promptpay_payments:{requested:bool} revolut_pay_payments:{requested:bool}
          samsung_pay_payments:{requested:bool} satispay_payments:{requested:bool} scalapay_payments:{requested:bool}
          sepa_bank_transfer_payments:{requested:bool} sepa_debit_payments:{requested:bool}
          sequra_payments:{requested:bool} sofort_payments:{requested:bool} sunbit_payments:{requested:bool}
          swish_payments:{requested:bool} tax_reporting_us_1099_k:{requested:bool}
          tax_reporting_us_1099_misc:{requested:bool} transfers:{requested:bool} treasury:{requested:bool}
          twint_payments:{requested:bool} upi_payments:{requested:bool} us_bank_account_ach_payments:{requested:bool}
          us_bank_transfer_payments:{requested:bool} wero_payments:{requested:bool} zip_payments:{requested:bool}}
        @capture_method
          (automatic automatic_async manual)
        @card_issuing
          {tos_acceptance:{date:int ip user_agent}}
        @card_payments
          {decline_on:{avs_failure:bool cvc_failure:bool} statement_descriptor_prefix statement_descriptor_prefix_kana
          statement_descriptor_prefix_kanji}
        @cash_balance
          {settings:{reconciliation_mode:(automatic manual merchant_default)}}
        @cashapp
          {capture_method:(manual)? setup_future_usage:(none off_session on_session)?}
        @company
          {address:@address address_kana:@address_kana address_kanji:@address_kana administrative_address:@address
          directors_provided:bool directorship_declaration:{date:int ip user_agent} executives_provided:bool
          export_license_id export_purpose_code name name_kana name_kanji owners_provided:bool
          ownership_declaration:{date:int ip user_agent}
          ownership_exemption_reason:(qualified_entity_exceeds_ownership_threshold
          qualifies_as_financial_institution)? phone physical_address:@address principal_place_of_business:@address
          registration_date:@registration_date? registration_number representative_declaration:{date:int ip
          user_agent} structure:(free_zone_establishment free_zone_llc government_instrumentality governmental_unit
          incorporated_non_profit incorporated_partnership limited_liability_partnership llc multi_member_llc
          private_company private_corporation private_partnership public_company public_corporation public_partnership
          registered_charity single_member_llc sole_establishment sole_proprietorship
          tax_exempt_government_instrumentality unincorporated_association unincorporated_non_profit
          unincorporated_partnership)? tax_id tax_id_registrar vat_id verification:{document:{back front}}}
        @created
          {gt:int gte:int lt:int lte:int}
        @customer_balance
          {bank_transfer:{eu_bank_transfer:{country!} requested_address_types:[(aba iban sepa sort_code spei swift
          zengin)] type!:(eu_bank_transfer gb_bank_transfer jp_bank_transfer mx_bank_transfer us_bank_transfer)}
          funding_type:(bank_transfer) setup_future_usage:(none)}
        @enabled_events
          (* account.application.authorized account.application.deauthorized account.external_account.created
          account.external_account.deleted account.external_account.updated account.updated application_fee.created
          application_fee.refund.updated application_fee.refunded apps.install.created apps.install.deleted
          apps.install.updated balance.available balance_settings.updated billing.alert.triggered
          billing.credit_balance_transaction.created billing.credit_grant.created billing.credit_grant.updated
          billing.meter.created billing.meter.deactivated billing.meter.reactivated billing.meter.updated
          billing_portal.configuration.created billing_portal.configuration.updated billing_portal.session.created
          capability.updated cash_balance.funds_available charge.captured charge.dispute.closed charge.dispute.created
          charge.dispute.funds_reinstated charge.dispute.funds_withdrawn charge.dispute.updated charge.expired
          charge.failed charge.pending charge.refund.updated charge.refunded charge.succeeded charge.updated
          checkout.session.async_payment_failed checkout.session.async_payment_succeeded checkout.session.completed
          checkout.session.expired climate.order.canceled climate.order.created climate.order.delayed
          climate.order.delivered climate.order.product_substituted climate.product.created
          climate.product.pricing_updated coupon.created coupon.deleted coupon.updated credit_note.created
          credit_note.updated credit_note.voided customer.created customer.deleted customer.discount.created
          customer.discount.deleted customer.discount.updated customer.source.created customer.source.deleted
          customer.source.expiring customer.source.updated customer.subscription.created customer.subscription.deleted
          customer.subscription.paused customer.subscription.pending_update_applied
          customer.subscription.pending_update_expired customer.subscription.resumed
          customer.subscription.trial_will_end customer.subscription.updated customer.tax_id.created
          customer.tax_id.deleted customer.tax_id.updated customer.updated customer_cash_balance_transaction.created
          entitlements.active_entitlement_summary.updated file.created
          financial_connections.account.account_numbers_updated financial_connections.account.created
          financial_connections.account.deactivated financial_connections.account.disconnected
          financial_connections.account.expected_deactivation_date_updated financial_connections.account.reactivated
          financial_connections.account.refreshed_balance financial_connections.account.refreshed_ownership
          financial_connections.account.refreshed_transactions
          financial_connections.account.supported_payment_method_types_updated
          financial_connections.account.upcoming_account_number_expiry
          financial_connections.account.upcoming_deactivation
          financial_connections.authorization.expected_deactivation_date_updated
          financial_connections.authorization.upcoming_deactivation identity.verification_session.canceled
          identity.verification_session.created identity.verification_session.processing
          identity.verification_session.redacted identity.verification_session.requires_input
          identity.verification_session.verified invoice.created invoice.deleted invoice.finalization_failed
          invoice.finalized invoice.marked_uncollectible invoice.overdue invoice.overpaid invoice.paid
          invoice.payment_action_required invoice.payment_attempt_required invoice.payment_failed
          invoice.payment_succeeded invoice.sent invoice.upcoming invoice.updated invoice.voided invoice.will_be_due
          invoice_payment.paid invoiceitem.created invoiceitem.deleted issuing_authorization.created
          issuing_authorization.request issuing_authorization.updated issuing_card.created issuing_card.updated
          issuing_cardholder.created issuing_cardholder.updated issuing_dispute.closed issuing_dispute.created
          issuing_dispute.funds_reinstated issuing_dispute.funds_rescinded issuing_dispute.submitted
          issuing_dispute.updated issuing_personalization_design.activated issuing_personalization_design.deactivated
          issuing_personalization_design.rejected issuing_personalization_design.updated issuing_token.created
          issuing_token.updated issuing_transaction.created issuing_transaction.purchase_details_receipt_updated
          issuing_transaction.updated mandate.updated payment_intent.amount_capturable_updated payment_intent.canceled
          payment_intent.created payment_intent.partially_funded payment_intent.payment_failed
          payment_intent.processing payment_intent.requires_action payment_intent.succeeded payment_link.created
          payment_link.updated payment_method.attached payment_method.automatically_updated payment_method.detached
          payment_method.updated payout.canceled payout.created payout.failed payout.paid
          payout.reconciliation_completed payout.updated person.created person.deleted person.updated plan.created
          plan.deleted plan.updated price.created price.deleted price.updated product.created product.deleted
          product.updated promotion_code.created promotion_code.updated quote.accepted quote.canceled quote.created
          quote.finalized radar.early_fraud_warning.created radar.early_fraud_warning.updated refund.created
          refund.failed refund.updated reporting.report_run.failed reporting.report_run.succeeded
          reporting.report_type.updated reserve.hold.created reserve.hold.updated reserve.plan.created
          reserve.plan.disabled reserve.plan.expired reserve.plan.updated reserve.release.created review.closed
          review.opened setup_intent.canceled setup_intent.created setup_intent.requires_action
          setup_intent.setup_failed setup_intent.succeeded sigma.scheduled_query_run.created source.canceled
          source.chargeable source.failed source.mandate_notification source.refund_attributes_required
          source.transaction.created source.transaction.updated subscription_schedule.aborted
          subscription_schedule.canceled subscription_schedule.completed subscription_schedule.created
          subscription_schedule.expiring subscription_schedule.released subscription_schedule.updated
          tax.settings.updated tax_rate.created tax_rate.updated terminal.reader.action_failed
          terminal.reader.action_succeeded terminal.reader.action_updated test_helpers.test_clock.advancing
          test_helpers.test_clock.created test_helpers.test_clock.deleted test_helpers.test_clock.internal_failure
          test_helpers.test_clock.ready three_d_secure.authentication.canceled
          three_d_secure.authentication.challenge_started three_d_secure.authentication.errored
          three_d_secure.authentication.failed three_d_secure.authentication.requires_challenge
          three_d_secure.authentication.requires_submission three_d_secure.authentication.succeeded topup.canceled
          topup.created topup.failed topup.reversed topup.succeeded transfer.created transfer.reversed
          transfer.updated treasury.credit_reversal.created treasury.credit_reversal.posted
          treasury.debit_reversal.completed treasury.debit_reversal.created
          treasury.debit_reversal.initial_credit_granted treasury.financial_account.closed
          treasury.financial_account.created treasury.financial_account.features_status_updated
          treasury.inbound_transfer.canceled treasury.inbound_transfer.created treasury.inbound_transfer.failed
          treasury.inbound_transfer.succeeded treasury.outbound_payment.canceled treasury.outbound_payment.created
          treasury.outbound_payment.expected_arrival_date_updated treasury.outbound_payment.failed
          treasury.outbound_payment.posted treasury.outbound_payment.returned
          treasury.outbound_payment.tracking_details_updated treasury.outbound_transfer.canceled
          treasury.outbound_transfer.created treasury.outbound_transfer.expected_arrival_date_updated
          treasury.outbound_transfer.failed treasury.outbound_transfer.posted treasury.outbound_transfer.returned
          treasury.outbound_transfer.tracking_details_updated treasury.received_credit.created
          treasury.received_credit.failed treasury.received_credit.succeeded treasury.received_debit.created)
        @eps
          {bank:(arzte_und_apotheker_bank austrian_anadi_bank_ag bank_austria bankhaus_carl_spangler
          bankhaus_schelhammer_und_schattera_ag bawag_psk_ag bks_bank_ag brull_kallmus_bank_ag btv_vier_lander_bank
          capital_bank_grawe_gruppe_ag deutsche_bank_ag dolomitenbank easybank_ag erste_bank_und_sparkassen
          hypo_alpeadriabank_international_ag hypo_bank_burgenland_aktiengesellschaft
          hypo_noe_lb_fur_niederosterreich_u_wien hypo_oberosterreich_salzburg_steiermark hypo_tirol_bank_ag
          hypo_vorarlberg_bank_ag marchfelder_bank oberbank_ag raiffeisen_bankengruppe_osterreich schoellerbank_ag
          sparda_bank_wien volksbank_gruppe volkskreditbank_ag vr_bank_braunau)}
        @excluded_payment_method_types
          (acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum
          blik boleto card cashapp crypto customer_balance eps fpx giropay grabpay ideal kakao_pay klarna konbini
          kr_card mb_way mobilepay multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow paypal
          paypay payto pix promptpay revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit swish
          twint upi us_bank_account wechat_pay zip)
        @external_account
          {account_holder_name account_holder_type:(company individual) account_number! country! currency
          object!:(bank_account) routing_number}
        @external_account_2
          {address_city address_country address_line1 address_line2 address_state address_zip currency cvc
          default_for_currency:bool exp_month!:int exp_year!:int metadata:map name number! object!:(card)}
        @external_account_3
          {currency object!:(card) token!}
        @fpx
          {account_holder_type:(company individual) bank!:(affin_bank agrobank alliance_bank ambank bank_islam
          bank_muamalat bank_of_china bank_rakyat bnp_paribas bsn cimb citibank deutsche_bank hong_leong_bank hsbc kfh
          maybank2e maybank2u mbsb_bank ocbc pb_enterprise public_bank rhb standard_chartered uob)}
        @ideal
          {bank:(abn_amro adyen asn_bank bunq buut finom handelsbanken ing knab mollie moneyou n26 nn rabobank
          regiobank revolut sns_bank triodos_bank van_lanschot yoursafe)}
        @individual
          {address:@address address_kana:@address_kana address_kanji:@address_kana dob:@registration_date? email
          first_name first_name_kana first_name_kanji full_name_aliases:[]? gender id_number id_number_secondary
          last_name last_name_kana last_name_kanji maiden_name metadata:map? phone political_exposure:(existing none)
          registered_address:@address relationship:{director:bool executive:bool owner:bool percent_ownership:num?
          title} ssn_last_4 verification:{additional_document:{back front} document:{back front}}}
        @invoice_settings
          {custom_fields:[{name! value!}]? default_payment_method footer rendering_options:@rendering_options?}
        @konbini
          {expires_after_days:int setup_future_usage:(none)}
        @mandate_options
          {amount:int amount_includes_iof:(always never) amount_type:(fixed maximum) currency end_date
          payment_schedule:(halfyearly monthly quarterly weekly yearly) reference start_date}
        @mandate_options_2
          {amount:int amount_type:(fixed maximum) description end_date:int}
        @maximum
          {unit!:(business_day day hour month week) value!:int}
        @mobilepay
          {capture_method:(manual)? setup_future_usage:(none)}
        @numeric
          {default_value maximum_length:int minimum_length:int}
        @nz_bank_account
          {account_holder_name account_number! bank_code! branch_code! reference suffix!}
        @p24
          {setup_future_usage:(none) tos_shown_and_accepted:bool}
        @p24_2
          {bank:(alior_bank bank_millennium bank_nowy_bfg_sa bank_pekao_sa banki_spbdzielcze blik bnp_paribas boz
          citi_handlowy credit_agricole envelobank etransfer_pocztowy24 getin_bank ideabank ing inteligo
          mbank_mtransfer nest_przelew noble_pay pbac_z_ipko plus_bank santander_przelew24 tmobile_usbugi_bankowe
          toyota_bank velobank volkswagen_bank)}
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
        @payment_method_type
          (acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum
          blik boleto card cashapp crypto custom customer_balance eps fpx giropay grabpay ideal kakao_pay klarna
          konbini kr_card link mb_way mobilepay multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow
          paypal paypay payto pix promptpay revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit
          swish twint upi us_bank_account wechat_pay zip)
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
        @payment_schedule
          (adhoc annual daily fortnightly monthly quarterly semi_annual weekly)
        @payments
          {statement_descriptor statement_descriptor_kana statement_descriptor_kanji}
        @payouts
          {debit_negative_balances:bool schedule:{delay_days:(minimum)|int interval:(daily manual monthly weekly)
          monthly_anchor:int monthly_payout_days:[int] weekly_anchor:(friday monday saturday sunday thursday tuesday
          wednesday) weekly_payout_days:[(friday monday thursday tuesday wednesday)]} statement_descriptor}
        @paypal
          {capture_method:(manual)? preferred_locale:(cs-CZ da-DK de-AT de-DE de-LU el-GR en-GB en-US es-ES fi-FI
          fr-BE fr-FR fr-LU hu-HU it-IT nl-BE nl-NL pl-PL pt-PT sk-SK sv-SE) reference risk_correlation_id
          setup_future_usage:(none off_session)?}
        @paypay_payments
          {additional_files:[] goods_type:(digital_content other) site:{accessible:{} in_development:{password!
          username} restricted:{payment_flow_file} type:(accessible in_development restricted)}}
        @payto
          {account_number bsb_number pay_id}
        @permissions
          (balances ownership payment_method transactions)
        @preferred
          (cartes_bancaires mastercard visa)
        @prefetch
          (balances ownership transactions)
        @price_data
          {currency! product product_data:{description images:[] metadata:map name! tax_code
          tax_details:{performance_location tax_code} unit_label} recurring:@recurring tax_behavior:@tax_behavior
          unit_amount:int unit_amount_decimal}
        @purpose
          (dependant_support government loan mortgage other pension personal retail salary tax utility)
        @recurring
          {interval!:(day month week year) interval_count:int}
        @registration_date
          {day!:int month!:int year!:int}
        @rendering_options
          {amount_tax_display:(exclude_tax include_inclusive_tax)? template}
        @setup_credential_usage
          (installment recurring unscheduled)
        @shipping
          {address!:@address name! phone}
        @shipping_2
          {address!:@address carrier name! phone tracking_number}
        @shipping_options
          {shipping_rate shipping_rate_data:{delivery_estimate:{maximum:@maximum minimum:@maximum} display_name!
          fixed_amount:{amount!:int currency! currency_options:map({amount!:int tax_behavior:@tax_behavior})}
          metadata:map tax_behavior:@tax_behavior tax_code type:(fixed_amount)}}
        @tax_behavior
          (exclusive inclusive unspecified)
        @tos_acceptance
          {date:int ip service_agreement user_agent}
        @upi
          {mandate_options:@mandate_options_2 setup_future_usage:(none off_session on_session)?}
        @upi_2
          {mandate_options:@mandate_options_2}
        @us_bank_account
          {account_holder_type:(company individual) account_number account_type:(checking savings)
          financial_connections_account routing_number}
        @verification_method
          (automatic instant microdeposits)
        """
}
