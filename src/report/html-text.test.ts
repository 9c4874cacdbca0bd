import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html, htmlText, trusted } from './html-text.ts'

test('a value is text, in an element and in an attribute', () => {
  const value = `<b title="x" x='y'>&\u202e\u0000</b>`
  assert.equal(
    htmlText(html`<p id="${value}">${value}</p>`),
    ['<p id="', '">', '</p>'].join(
      '&lt;b title=&quot;x&quot; x=&#39;y&#39;&gt;&amp;\ufffd\ufffd&lt;/b&gt;',
    ),
  )
})

test('what a template made is put in as it is, and lists one after the other', () => {
  const list = ['<', html`<i>${1}</i>`, null, trusted('<hr>')]
  assert.equal(htmlText(html`<p>${list}</p>`), '<p>&lt;<i>1</i><hr></p>')
})
