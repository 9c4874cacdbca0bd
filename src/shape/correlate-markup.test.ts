import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IssuedValues } from './correlate-issued-values.ts'
import { findInHtml, findInXml } from './correlate-markup.ts'

function describe(find: (text: string, issued: IssuedValues) => void, text: string) {
  const issued = new IssuedValues()
  find(text, issued)
  return issued.values
    .filter(({ isIssued }) => isIssued)
    .map(({ position, value, kinds, inList }) => {
      return `${position}=${value}${kinds === null ? '' : ` [${kinds}]`}${inList ? ' list' : ''}`
    })
}

test('hidden fields, meta tokens and single links of a page are told', () => {
  const page = `<meta name="csrf-token" content="m1n2o3p4"><meta name="viewport" content="width=1">
    <INPUT value='c1&amp;' type=hidden name=other>
    <input name="_csrf" type="hidden" value="t1u2v3w4"/>
    <form action="/orders/7/pay"><input type="hidden" name="_csrf" value="t1u2v3w4">
    <input type="text" name="csrf" value="x9y8z7w6"><input type=hidden name=order_id value=7></form>
    <a href="/orders/7">here</a><a href="/products/1">a</a><a href="/products/2">b</a>
    <a href="https://shop/a/9">c</a><a href="basket/5">d</a><a href="#f/3">e</a>
    <a href="mailto:x@y/4">f</a><a href="javascript:f/4">g</a>`
  assert.deepEqual(describe(findInHtml, page), [
    'html csrf-token=m1n2o3p4',
    'html _csrf=t1u2v3w4',
    'html order_id=7 [order]',
    'html /orders/{}/pay /orders/{}/pay 2=7 [order]',
    'html /orders/{} /orders/{} 2=7 [order]',
    'html /a/{} /a/{} 2=9 [a]',
    'html basket/{} basket/{} 1=5 [basket]',
  ])
})

const oddFields = [
  `<INPUT VALUE='m1n2o3p4'\n  NAME=csrf TYPE=hidden>`,
  '<input title="the value=1 name=2" type="hidden" data-value="no" value="m1n2o3p4" name="csrf"/>',
  '<input title="a>b" value="m1n2o3p4" type="hidden" name="csrf">',
  `<input title='"' value="m1n2o3p4" value="x" type="hidden" name=csrf >`,
  '<input type="hidden" name="csrf" value="m1n&#x32;o&#51;p4"/>',
  '<button name=csrf value=m1n2o3p4>Pay</button>',
  '<input a="<input type=hidden name=csrf value=m1n2o3p4>',
]
for (const field of oddFields) {
  test(`${field}: the field is read as browsers do`, () => {
    assert.deepEqual(describe(findInHtml, field), ['html csrf=m1n2o3p4'])
  })
}

test('fields of one name with several values are a list', () => {
  const page = [7, 8].map((id) => `<input type="hidden" name="product_id" value="${id}">`).join('')
  assert.deepEqual(describe(findInHtml, page), [
    'html product_id 0=7 [product] list',
    'html product_id 1=8 [product] list',
  ])
})

test('elements and attributes of a document are told by their way', () => {
  const document = `<?xml version="1.0"?><o:orders><o:order key="k1-234"><id>7</id><total>12</total>
    </o:order><o:order><id>8</id></o:order><empty id="9"/></o:orders>`
  assert.deepEqual(describe(findInXml, document), [
    'xml orders/order@key=k1-234',
    'xml orders/order/id=7 [order,]',
    'xml orders/order[2]/id=8 [order,] list',
    'xml orders/empty@id=9 [empty,]',
  ])
})

test('a document that is too deep, or is none, is read as far as it goes', () => {
  assert.deepEqual(describe(findInXml, '<a>'.repeat(100)), [])
  assert.deepEqual(describe(findInXml, '</a></b><id>a1b2c3'), ['xml id=a1b2c3'])
})
