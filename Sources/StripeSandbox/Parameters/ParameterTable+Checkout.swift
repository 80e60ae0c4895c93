// Written by write-tables.py from Stripe's own parameter lists; not edited by hand.

extension ParameterTable {
    /// What may be sent to the operations on checkout, and the types that they share.
    static let checkout = """
        GET /v1/checkout/sessions
          created:@created|int customer customer_account customer_details:{email!} ending_before expand:[] limit:int
          payment_intent payment_link starting_after status:(complete expired open) subscription
        POST /v1/checkout/sessions
          adaptive_pricing:{enabled:bool} after_expiration:{recovery:{allow_promotion_codes:bool enabled!:bool}}
          allow_promotion_codes:bool allowed_payment_method_types:[(acss_debit affirm afterpay_clearpay alipay alma
          amazon_pay au_becs_debit bacs_debit bancontact billie bizum blik boleto card cashapp crypto customer_balance
          eps fpx giropay grabpay ideal kakao_pay klarna konbini kr_card link mb_way mobilepay multibanco naver_pay
          nz_bank_account oxxo p24 pay_by_bank payco paynow paypal paypay payto pix promptpay revolut_pay samsung_pay
          satispay scalapay sepa_debit sequra sofort sunbit swish twint upi us_bank_account wechat_pay zip)]
          automatic_tax:{enabled!:bool liability:{account type!:(account self)}} billing_address_collection:(auto
          required) branding_settings:{background_color border_style:(pill rectangular rounded)? button_color
          display_name font_family:(be_vietnam_pro bitter chakra_petch default hahmlet inconsolata inter lato lora
          m_plus_1_code montserrat noto_sans noto_sans_jp noto_serif nunito open_sans pridi pt_sans pt_serif raleway
          roboto roboto_slab source_sans_pro titillium_web ubuntu_mono zen_maru_gothic)? icon:{file type!:(file url)
          url} logo:{file type!:(file url) url}} cancel_url client_reference_id
          consent_collection:{payment_method_reuse_agreement:{position!:(auto hidden)} promotions:(auto none)
          terms_of_service:(none required)} currency custom_fields:[{dropdown:{default_value options!:[{label!
          value!}]} key! label!:{custom! type!:(custom)} numeric:@numeric optional:bool text:@numeric type!:(dropdown
          numeric text)}] custom_text:{after_submit:{message!}? shipping_address:{message!}? submit:{message!}?
          terms_of_service_acceptance:{message!}?} customer customer_account customer_creation:(always if_required)
          customer_email customer_update:{address:(auto never) name:(auto never) shipping:(auto never)}
          discounts:[{coupon promotion_code}] excluded_payment_method_types:[@excluded_payment_method_types] expand:[]
          expires_at:int integration_identifier invoice_creation:{enabled!:bool invoice_data:{account_tax_ids:[]?
          custom_fields:[{name! value!}]? description footer issuer:{account type!:(account self)} metadata:map
          rendering_options:@rendering_options?}} line_items:[{adjustable_quantity:@adjustable_quantity metadata:map
          price price_data:@price_data quantity:int tax_rates:[]}] locale:(auto bg cs da de el en en-GB es es-419 et
          fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK
          zh-TW) managed_payments:{enabled:bool} metadata:map mode:(payment setup subscription)
          name_collection:{business:{enabled!:bool optional:bool} individual:{enabled!:bool optional:bool}}
          optional_items:[{adjustable_quantity:@adjustable_quantity price! quantity!:int}] origin_context:(mobile_app
          web) payment_intent_data:{application_fee_amount:int capture_method:@capture_method description metadata:map
          on_behalf_of receipt_email setup_future_usage:(off_session on_session) shipping:{address!:{city country
          line1! line2 postal_code state} carrier name! phone tracking_number} statement_descriptor
          statement_descriptor_suffix transfer_data:{amount:int destination!} transfer_group}
          payment_method_collection:(always if_required) payment_method_configuration
          payment_method_data:{allow_redisplay:(always limited unspecified)}
          payment_method_options:{acss_debit:{currency:(cad usd) mandate_options:{custom_mandate_url
          default_for:[(invoice subscription)] interval_description payment_schedule:(combined interval sporadic)
          transaction_type:(business personal)} setup_future_usage:(none off_session on_session) target_date
          verification_method:@verification_method} affirm:@affirm afterpay_clearpay:@affirm
          alipay:{setup_future_usage:(none)} alma:{capture_method:(manual)} amazon_pay:@amazon_pay
          au_becs_debit:{setup_future_usage:(none) target_date} bacs_debit:@bacs_debit bancontact:@bancontact
          billie:{capture_method:(manual)} blik:{mandate_options:{expires_at:int} setup_future_usage:(none
          off_session)?} boleto:{expires_after_days:int setup_future_usage:(none off_session on_session)}
          card:{capture_method:(manual) installments:{enabled:bool} request_extended_authorization:(if_available
          never) request_incremental_authorization:(if_available never) request_multicapture:(if_available never)
          request_overcapture:(if_available never) request_three_d_secure:(any automatic challenge)
          restrictions:{brands_blocked:[(american_express discover_global_network mastercard visa)]
          funding_types_blocked:[(credit debit prepaid)]} setup_future_usage:(off_session on_session)
          statement_descriptor_suffix_kana statement_descriptor_suffix_kanji} cashapp:{capture_method:(manual)
          setup_future_usage:(none off_session on_session)} crypto:{setup_future_usage:(none)}
          customer_balance:@customer_balance demo_pay:@bancontact eps:{setup_future_usage:(none)}
          fpx:{setup_future_usage:(none)} giropay:{setup_future_usage:(none)} grabpay:{setup_future_usage:(none)}
          ideal:{setup_future_usage:(none)} kakao_pay:@amazon_pay klarna:{capture_method:(manual)
          setup_future_usage:(none) subscriptions:[{interval!:(day month week year) interval_count:int name
          next_billing!:{amount!:int date!} reference!}]?} konbini:@konbini kr_card:@amazon_pay link:@amazon_pay
          mobilepay:@affirm multibanco:{setup_future_usage:(none)} naver_pay:@amazon_pay oxxo:@konbini p24:@p24
          pay_by_bank:{} payco:@affirm paynow:{setup_future_usage:(none)} paypal:@paypal
          payto:{mandate_options:{amount:int? amount_type:(fixed maximum)? end_date
          payment_schedule:@payment_schedule? payments_per_period:int? purpose:@purpose? start_date}
          setup_future_usage:(none off_session)} pix:{amount_includes_iof:(always never) expires_after_seconds:int
          mandate_options:@mandate_options setup_future_usage:(none off_session)} revolut_pay:@amazon_pay
          samsung_pay:@affirm satispay:{capture_method:(manual)} scalapay:{capture_method:(manual)}
          sepa_debit:@bacs_debit sequra:{capture_method:(manual)} sofort:{setup_future_usage:(none)} sunbit:@affirm
          swish:{reference} twint:@bancontact upi:@upi
          us_bank_account:{financial_connections:{permissions:[@permissions] prefetch:[@prefetch]}
          setup_future_usage:(none off_session on_session) target_date verification_method:(automatic instant)}
          wechat_pay:{app_id client!:(android ios web) setup_future_usage:(none)}}
          permissions:{update_shipping_details:(client_only server_only)} phone_number_collection:{enabled!:bool}
          redirect_on_completion:(always if_required never) return_url
          saved_payment_method_options:{allow_redisplay_filters:[(always limited unspecified)]
          payment_method_remove:(disabled enabled) payment_method_save:(disabled enabled)}
          setup_intent_data:{description metadata:map on_behalf_of}
          shipping_address_collection:{allowed_countries!:[(AC AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD
          BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CV CW CY CZ DE DJ
          DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK
          HN HR HT HU ID IE IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU
          LV LY MA MC MD ME MF MG MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU NZ OM PA
          PE PF PG PH PK PL PM PN PR PS PT PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
          SX SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WF WS XK YE YT ZA
          ZM ZW ZZ)]} shipping_options:[@shipping_options] submit_type:(auto book donate pay subscribe)
          subscription_data:{application_fee_percent:num billing_cycle_anchor:int
          billing_cycle_anchor_config:{day_of_month!:int hour:int minute:int month:int second:int}
          billing_mode:{flexible:{proration_discounts:(included itemized)} type!:(classic flexible)}
          default_tax_rates:[] description invoice_settings:{account_tax_ids:[]? custom_fields:[{name! value!}]?
          description footer issuer:{account type!:(account self)}} metadata:map on_behalf_of
          pending_invoice_item_interval:@recurring proration_behavior:(create_prorations none)
          transfer_data:{amount_percent:num destination!} trial_end:int trial_period_days:int
          trial_settings:{end_behavior!:{missing_payment_method!:(cancel create_invoice pause)}}} success_url
          tax_id_collection:{enabled!:bool required:(if_supported never)} ui_mode:(elements embedded_page form
          hosted_page) wallet_options:{link:{display:(auto never)}}
        GET /v1/checkout/sessions/{session}
          expand:[]
        POST /v1/checkout/sessions/{session}
          collected_information:{shipping_details:{address!:{city country! line1! line2 postal_code state} name!}}
          expand:[] line_items:[{adjustable_quantity:@adjustable_quantity id metadata:map? price
          price_data:@price_data quantity:int tax_rates:[]?}] metadata:map? payment_intent_data:{description
          metadata:map? setup_future_usage:(off_session on_session)? statement_descriptor statement_descriptor_suffix}
          shipping_options:[@shipping_options]?
        POST /v1/checkout/sessions/{session}/expire
          expand:[]
        GET /v1/checkout/sessions/{session}/line_items
          ending_before expand:[] limit:int starting_after
        @adjustable_quantity
          {enabled!:bool maximum:int minimum:int}
        @affirm
          {capture_method:(manual) setup_future_usage:(none)}
        @amazon_pay
          {capture_method:(manual) setup_future_usage:(none off_session)}
        @bacs_debit
          {mandate_options:{reference_prefix} setup_future_usage:(none off_session on_session) target_date}
        @bancontact
          {setup_future_usage:(none off_session)}
        @capture_method
          (automatic automatic_async manual)
        @customer_balance
          {bank_transfer:{eu_bank_transfer:{country!} requested_address_types:[(aba iban sepa sort_code spei swift
          zengin)] type!:(eu_bank_transfer gb_bank_transfer jp_bank_transfer mx_bank_transfer us_bank_transfer)}
          funding_type:(bank_transfer) setup_future_usage:(none)}
        @excluded_payment_method_types
          (acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum
          blik boleto card cashapp crypto customer_balance eps fpx giropay grabpay ideal kakao_pay klarna konbini
          kr_card mb_way mobilepay multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow paypal
          paypay payto pix promptpay revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit swish
          twint upi us_bank_account wechat_pay zip)
        @konbini
          {expires_after_days:int setup_future_usage:(none)}
        @mandate_options
          {amount:int amount_includes_iof:(always never) amount_type:(fixed maximum) currency end_date
          payment_schedule:(halfyearly monthly quarterly weekly yearly) reference start_date}
        @mandate_options_2
          {amount:int amount_type:(fixed maximum) description end_date:int}
        @maximum
          {unit!:(business_day day hour month week) value!:int}
        @numeric
          {default_value maximum_length:int minimum_length:int}
        @p24
          {setup_future_usage:(none) tos_shown_and_accepted:bool}
        @payment_schedule
          (adhoc annual daily fortnightly monthly quarterly semi_annual weekly)
        @paypal
          {capture_method:(manual)? preferred_locale:(cs-CZ da-DK de-AT de-DE de-LU el-GR en-GB en-US es-ES fi-FI
          fr-BE fr-FR fr-LU hu-HU it-IT nl-BE nl-NL pl-PL pt-PT sk-SK sv-SE) reference risk_correlation_id
          setup_future_usage:(none off_session)?}
        @permissions
          (balances ownership payment_method transactions)
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
        @rendering_options
          {amount_tax_display:(exclude_tax include_inclusive_tax)? template}
        @shipping_options
          {shipping_rate shipping_rate_data:{delivery_estimate:{maximum:@maximum minimum:@maximum} display_name!
          fixed_amount:{amount!:int currency! currency_options:map({amount!:int tax_behavior:@tax_behavior})}
          metadata:map tax_behavior:@tax_behavior tax_code type:(fixed_amount)}}
        @tax_behavior
          (exclusive inclusive unspecified)
        @upi
          {mandate_options:@mandate_options_2 setup_future_usage:(none off_session on_session)?}
        @verification_method
          (automatic instant microdeposits)
        """
}
